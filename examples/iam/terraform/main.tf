terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.81, < 7"
    }
  }
}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.create_oidc_provider ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = [var.audience]
}

resource "aws_iam_policy" "experiment_boundary" {
  name        = "${var.experiment_role_name}-boundary"
  description = "The most that the experiment role of spot-interrupt may do"
  policy      = local.experiment_boundary
}

resource "aws_iam_role" "experiment" {
  name                 = var.experiment_role_name
  description          = "Lets AWS FIS send Spot interruptions, and nothing else"
  assume_role_policy   = local.experiment_trust
  permissions_boundary = aws_iam_policy.experiment_boundary.arn
}

resource "aws_iam_role_policy" "experiment" {
  name   = "FISSpotInterruptionsMinimal"
  role   = aws_iam_role.experiment.id
  policy = local.experiment_policy
}

resource "aws_iam_policy" "job_boundary" {
  name        = "${var.job_role_name}-boundary"
  description = "The most that a job with spot-interrupt may do"
  policy      = local.job_boundary
}

resource "aws_iam_role" "job" {
  name                 = var.job_role_name
  description          = "Lets a job of one repository interrupt Spot instances by AWS FIS"
  assume_role_policy   = local.job_trust
  permissions_boundary = aws_iam_policy.job_boundary.arn
}

resource "aws_iam_role_policy" "job" {
  for_each = local.job_policies
  name     = "spot-interrupt-${each.key}"
  role     = aws_iam_role.job.id
  policy   = each.value
}
