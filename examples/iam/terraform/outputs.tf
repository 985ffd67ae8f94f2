output "job_role_arn" {
  description = "For role-to-assume of aws-actions/configure-aws-credentials"
  value       = aws_iam_role.job.arn
}

output "experiment_role_arn" {
  description = "For the input role-arn of spot-interrupt"
  value       = aws_iam_role.experiment.arn
}
