variable "repository" {
  type        = string
  description = "Repository as the claim \"sub\" of its tokens names it: owner/name, with the numeric ids where GitHub adds them"

  validation {
    condition     = can(regex("^[A-Za-z0-9._@-]+/[A-Za-z0-9._@-]+$", var.repository))
    error_message = "Give one repository as owner/name, without wildcards."
  }
}

variable "environment" {
  type        = string
  description = "Environment that the job names; give it reviewers and a branch rule in the settings of the repository"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.environment))
    error_message = "Give one environment, without wildcards."
  }
}

variable "audience" {
  type        = string
  default     = "sts.amazonaws.com"
  description = "Claim \"aud\" of the tokens; aws-actions/configure-aws-credentials asks for this one"
}

variable "create_oidc_provider" {
  type        = bool
  default     = true
  description = "Whether to create the OIDC provider of GitHub; an account can have only one"
}

variable "job_role_name" {
  type        = string
  default     = "spot-interrupt"
  description = "Name of the role that the job assumes"
}

variable "experiment_role_name" {
  type        = string
  default     = "FIS-SpotMinimalRole"
  description = "Name of the role that FIS assumes"
}

variable "opt_in_tag" {
  type        = object({ key = string, value = string })
  default     = { key = "FIS-Ready", value = "true" }
  description = "Tag that an instance must have; null lets FIS interrupt every Spot instance of the account"
}

variable "ways" {
  type        = set(string)
  default     = []
  description = "Ways of use beside runs with role-arn: targets, capacity, alarms, dry-run"

  validation {
    condition     = length(setsubtract(var.ways, ["targets", "capacity", "alarms", "dry-run"])) == 0
    error_message = "The ways are targets, capacity, alarms and dry-run."
  }
}
