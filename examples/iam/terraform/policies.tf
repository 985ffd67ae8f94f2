# The policies of both roles. The files in policies/ are generated; see docs/permissions.md.
locals {
  names = {
    partition       = local.partition
    account         = local.account
    experiment_role = var.experiment_role_name
    job_role        = var.job_role_name
  }

  job_policies = {
    for way in setunion(["given-role"], var.ways) :
    way => templatefile("${path.module}/policies/${way}.json.tftpl", local.names)
  }

  # The most that the role of the job may ever do, whatever somebody attaches to it.
  job_boundary = templatefile("${path.module}/policies/job-boundary.json.tftpl", local.names)

  interrupt = {
    Effect   = "Allow"
    Action   = "ec2:SendSpotInstanceInterruptions"
    Resource = "arn:${local.partition}:ec2:*:${local.account}:instance/*"
  }

  describe = {
    Effect   = "Allow"
    Action   = "ec2:DescribeInstances"
    Resource = "*"
  }

  opt_in = var.opt_in_tag == null ? {} : {
    Condition = { StringEquals = { "ec2:ResourceTag/${var.opt_in_tag.key}" = var.opt_in_tag.value } }
  }

  experiment_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge(local.interrupt, local.opt_in), local.describe]
  })

  # The most that the experiment role may ever do, whatever somebody attaches to it.
  experiment_boundary = jsonencode({
    Version   = "2012-10-17"
    Statement = [local.interrupt, local.describe]
  })

  experiment_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "fis.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:fis:*:${local.account}:experiment/*" }
      }
    }]
  })

  job_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:${local.partition}:iam::${local.account}:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = var.audience
          "token.actions.githubusercontent.com:sub" = "repo:${var.repository}:environment:${var.environment}"
        }
      }
    }]
  })
}
