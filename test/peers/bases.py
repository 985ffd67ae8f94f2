"""For each operation that the simulator has: one request with all members that it takes, to be varied as the model allows.

`MEANT` lists the members of the model that the simulator does not take, each with the reason: everything else must be in a base.
"""

import json

REGION = "eu-west-1"
ACCOUNT = "123456789012"
TARGET = "i-0123456789abcdef0"
PERSISTENT = "i-0123456789abcdef1"
STOPPED = "i-0123456789abcdef2"
REQUEST = "sir-abcd1234"
TEMPLATE = "EXT1aaaaaaaaaaaaaa"
EXPERIMENT = "EXP1aaaaaaaaaaaaaa"
FINISHED = "EXP2aaaaaaaaaaaaaa"
INTERRUPTION = "aws:ec2:send-spot-instance-interruptions"
REFRESH = "08b91cf7-8fa6-48af-b6a6-d227f40f1b9b"
ACTIVITY = "5f9dd8d5-0000-4000-8000-000000000000"
TARGET_GROUP = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/web/0123456789abcdef"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/0123456789abcdef"
OTHER_ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/ci/deploy"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/experiment"
POLICY_ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "fis.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:SendSpotInstanceInterruptions", "Resource": "*"}]}


def arn(kind, name):
    return f"arn:aws:fis:{REGION}:{ACCOUNT}:{kind}/{name}"


def instance_arn(name):
    return f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{name}"


RECIPE = {
    "targets": {"spot": {"resourceArns": [instance_arn(TARGET)], "selectionMode": "ALL"}},
    "actions": {"interrupt": {"actionId": INTERRUPTION, "parameters": {"durationBeforeInterruption": "PT2M"}, "targets": {"SpotInstances": "spot"}}},
    "roleArn": ROLE_ARN,
    "region": REGION,
}

SEED = {
    "instances": [
        {"id": TARGET, "region": REGION, "request": {"id": REQUEST}, "tags": {"Name": "web"}},
        {"id": PERSISTENT, "region": REGION, "behaviour": "stop"},
        {"id": STOPPED, "region": REGION, "behaviour": "stop", "state": "stopped"},
    ],
    "autoScalingGroups": [
        {
            "name": "web",
            "region": REGION,
            "members": [{"id": TARGET, "weightedCapacity": "1"}],
            "suspendedProcesses": ["Launch"],
            "tags": {"Name": "web"},
            "hooks": [{"name": "drain", "transition": "terminating"}, {"name": "boot", "transition": "launching"}],
            "refreshes": [{"id": REFRESH}, {"id": "second", "status": "Successful", "endedSecondsAgo": 1, "percentageComplete": 100}],
            "activities": [{"id": ACTIVITY, "description": "Launching a new EC2 instance", "endedSecondsAgo": 1}, {"id": "second", "description": "Terminating"}],
        },
        {"name": "empty", "region": REGION},
    ],
    "targetGroups": [{"name": "web", "region": REGION, "targets": [{"id": TARGET, "reason": "Target.Timeout", "state": "unhealthy"}], "loadBalancerArns": [BALANCER]}],
    "clusters": [
        {
            "region": REGION,
            "services": [{"name": "web", "targetGroupArns": [TARGET_GROUP], "rolloutState": "IN_PROGRESS"}],
            "containerInstances": [{"id": "ci1", "instanceId": TARGET}, {"id": "ci2", "instanceId": PERSISTENT}],
            "tasks": [{"id": "t1", "service": "web", "containerInstance": "ci1", "address": "10.0.0.1"}, {"id": "t2", "service": "web"}],
        },
        {"name": "second", "region": REGION},
    ],
    "alarms": [{"name": "errors", "region": REGION}, {"name": "any", "region": REGION, "kind": "CompositeAlarm"}, {"name": "log", "region": REGION, "kind": "LogAlarm"}],
    "roles": [
        {"name": "experiment", "policies": {"inline": POLICY}, "attached": [POLICY_ARN], "tags": {"team": "sre"}},
        {"name": "bare"},
    ],
    "templates": [{"id": TEMPLATE, "tags": {"team": "sre"}, **RECIPE}],
    "experiments": [
        {"id": EXPERIMENT, "templateId": TEMPLATE, "createdSecondsAgo": 5, "tags": {"team": "sre"}, **RECIPE},
        {"id": FINISHED, "templateId": TEMPLATE, "state": "completed", **RECIPE},
    ],
}

FIS = {
    "CreateExperimentTemplate": {
        "clientToken": "token-1",
        "description": "An interruption",
        "stopConditions": [{"source": "aws:cloudwatch:alarm", "value": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:errors"}],
        "targets": {
            "byArn": {"resourceType": "aws:ec2:spot-instance", "resourceArns": [instance_arn(TARGET)], "selectionMode": "ALL"},
            "byTag": {
                "resourceType": "aws:ec2:spot-instance",
                "resourceTags": {"Name": "web"},
                "filters": [{"path": "State.Name", "values": ["running"]}],
                "selectionMode": "COUNT(1)",
                "parameters": {"availabilityZoneIdentifier": f"{REGION}a"},
            },
        },
        "actions": {
            "first": {"actionId": INTERRUPTION, "parameters": {"durationBeforeInterruption": "PT2M"}, "targets": {"SpotInstances": "byArn"}},
            "second": {
                "actionId": INTERRUPTION,
                "description": "After the first",
                "parameters": {"durationBeforeInterruption": "PT150S"},
                "targets": {"SpotInstances": "byTag"},
                "startAfter": ["first"],
            },
        },
        "roleArn": ROLE_ARN,
        "tags": {"team": "sre"},
        "logConfiguration": {
            "cloudWatchLogsConfiguration": {"logGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:fis:*"},
            "s3Configuration": {"bucketName": "experiment-logs", "prefix": "fis"},
            "logSchemaVersion": 2,
        },
        "experimentOptions": {"accountTargeting": "single-account", "emptyTargetResolutionMode": "skip"},
        "experimentReportConfiguration": {
            "outputs": {"s3Configuration": {"bucketName": "experiment-reports", "prefix": "fis"}},
            "dataSources": {"cloudWatchDashboards": [{"dashboardIdentifier": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/fis"}]},
            "preExperimentDuration": "PT5M",
            "postExperimentDuration": "PT5M",
        },
    },
    "GetExperimentTemplate": {"id": TEMPLATE},
    "ListExperimentTemplates": {"maxResults": 1, "nextToken": None},
    "DeleteExperimentTemplate": {"id": TEMPLATE},
    "StartExperiment": {
        "clientToken": "token-2",
        "experimentTemplateId": TEMPLATE,
        "experimentOptions": {"actionsMode": "skip-all"},
        "tags": {"team": "sre"},
    },
    "GetExperiment": {"id": EXPERIMENT},
    "ListExperiments": {"maxResults": 1, "nextToken": None, "experimentTemplateId": TEMPLATE},
    "StopExperiment": {"id": EXPERIMENT},
    "ListExperimentResolvedTargets": {"experimentId": EXPERIMENT, "maxResults": 1, "nextToken": None, "targetName": "spot"},
    "ListActions": {"maxResults": 1, "nextToken": None},
    "GetAction": {"id": INTERRUPTION},
    "GetSafetyLever": {"id": "default"},
    "TagResource": {"resourceArn": arn("experiment-template", TEMPLATE), "tags": {"team": "web"}},
    "UntagResource": {"resourceArn": arn("experiment", EXPERIMENT), "tagKeys": ["team"]},
    "ListTagsForResource": {"resourceArn": arn("experiment-template", TEMPLATE)},
}

IAM = {
    "CreateRole": {
        "Path": "/service/",
        "RoleName": "another",
        "AssumeRolePolicyDocument": json.dumps(TRUST),
        "Description": "For experiments",
        "MaxSessionDuration": 7200,
        "PermissionsBoundary": POLICY_ARN,
        "Tags": [{"Key": "team", "Value": "sre"}],
    },
    "GetRole": {"RoleName": "experiment"},
    "ListRoles": {"PathPrefix": "/", "Marker": None, "MaxItems": 1},
    "DeleteRole": {"RoleName": "bare"},
    "UpdateAssumeRolePolicy": {"RoleName": "bare", "PolicyDocument": json.dumps(TRUST)},
    "TagRole": {"RoleName": "bare", "Tags": [{"Key": "team", "Value": "sre"}]},
    "UntagRole": {"RoleName": "experiment", "TagKeys": ["team"]},
    "ListRoleTags": {"RoleName": "experiment", "Marker": None, "MaxItems": 1},
    "PutRolePolicy": {"RoleName": "bare", "PolicyName": "inline", "PolicyDocument": json.dumps(POLICY)},
    "GetRolePolicy": {"RoleName": "experiment", "PolicyName": "inline"},
    "DeleteRolePolicy": {"RoleName": "experiment", "PolicyName": "inline"},
    "ListRolePolicies": {"RoleName": "experiment", "Marker": None, "MaxItems": 1},
    "ListAttachedRolePolicies": {"RoleName": "experiment", "PathPrefix": "/", "Marker": None, "MaxItems": 1},
    "AttachRolePolicy": {"RoleName": "bare", "PolicyArn": POLICY_ARN},
    "GetPolicy": {"PolicyArn": POLICY_ARN},
    "GetPolicyVersion": {"PolicyArn": POLICY_ARN, "VersionId": "v1"},
    "SimulatePrincipalPolicy": {
        "PolicySourceArn": "arn:aws:iam::123456789012:role/experiment",
        "ActionNames": ["fis:GetExperiment"],
        "ResourceArns": ["*"],
        "ContextEntries": [
            {"ContextKeyName": "aws:ResourceTag/team", "ContextKeyValues": ["sre"], "ContextKeyType": "string"},
        ],
        "Marker": None,
        "MaxItems": 1,
    },
    "DetachRolePolicy": {"RoleName": "experiment", "PolicyArn": POLICY_ARN},
    "CreateServiceLinkedRole": {"AWSServiceName": "fis.amazonaws.com", "Description": "For FIS"},
}

EC2 = {
    "DescribeInstances": {
        "Filters": [{"Name": "tag:Name", "Values": ["web"]}],
        "MaxResults": 5,
        "NextToken": None,
        "IncludeManagedResources": True,
    },
    "DescribeSpotInstanceRequests": {"Filters": [{"Name": "instance-id", "Values": [TARGET]}], "MaxResults": 5, "NextToken": None},
    "CancelSpotInstanceRequests": {"SpotInstanceRequestIds": [REQUEST]},
    "DescribeInstanceStatus": {
        "Filters": [{"Name": "instance-state-name", "Values": ["running"]}],
        "MaxResults": 5,
        "NextToken": None,
        "IncludeAllInstances": True,
        "IncludeManagedResources": True,
    },
    "DescribeRegions": {"RegionNames": [REGION], "AllRegions": True, "Filters": [{"Name": "region-name", "Values": [REGION]}]},
    "RunInstances": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "m5.large",
        "MinCount": 1,
        "MaxCount": 2,
        "InstanceMarketOptions": {
            "MarketType": "spot",
            "SpotOptions": {"MaxPrice": "0.1", "SpotInstanceType": "persistent", "ValidUntil": "2030-01-01T00:00:00Z", "InstanceInterruptionBehavior": "stop"},
        },
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}],
        "Placement": {"AvailabilityZone": f"{REGION}a", "Tenancy": "default"},
        "DisableApiTermination": False,
        "EbsOptimized": True,
        "HibernationOptions": {"Configured": True},
        "IamInstanceProfile": {"Name": "worker"},
        "KeyName": "ops",
        "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"},
        "Monitoring": {"Enabled": True},
        "SecurityGroupIds": ["sg-0123456789abcdef0"],
        "SecurityGroups": ["default"],
        "SubnetId": "subnet-0123456789abcdef0",
        "ClientToken": "token-3",
    },
    "TerminateInstances": {"InstanceIds": [TARGET], "Force": False, "SkipOsShutdown": False},
    "StopInstances": {"InstanceIds": [PERSISTENT], "Hibernate": False, "SkipOsShutdown": False, "Force": False},
    "StartInstances": {"InstanceIds": [STOPPED]},
    "CreateTags": {"Resources": [TARGET], "Tags": [{"Key": "team", "Value": "sre"}]},
}

STS = {
    "GetCallerIdentity": {},
    "AssumeRole": {
        "RoleArn": OTHER_ROLE_ARN,
        "RoleSessionName": "GitHubActions",
        "PolicyArns": [{"arn": POLICY_ARN}],
        "Policy": json.dumps(POLICY),
        "DurationSeconds": 900,
        "Tags": [{"Key": "GitHub", "Value": "Actions"}],
        "TransitiveTagKeys": ["GitHub"],
        "ExternalId": "external",
        "SourceIdentity": "octocat",
    },
    "AssumeRoleWithWebIdentity": {
        "RoleArn": OTHER_ROLE_ARN,
        "RoleSessionName": "GitHubActions",
        "WebIdentityToken": "header.payload.signature",
        "ProviderId": "www.amazon.com",
        "PolicyArns": [{"arn": POLICY_ARN}],
        "Policy": json.dumps(POLICY),
        "DurationSeconds": 900,
    },
}

AUTOSCALING = {
    "DescribeAutoScalingGroups": {
        "AutoScalingGroupNames": ["web"],
        "IncludeInstances": True,
        "IncludeManagedResources": True,
        "Filters": [{"Name": "tag:Name", "Values": ["web"]}],
        "MaxRecords": 1,
        "NextToken": None,
    },
    "DescribeAutoScalingInstances": {"InstanceIds": [TARGET], "IncludeManagedResources": True, "MaxRecords": 1, "NextToken": None},
    "DescribeScalingActivities": {
        "ActivityIds": [ACTIVITY],
        "AutoScalingGroupName": "web",
        "IncludeDeletedGroups": True,
        "IncludeManagedResources": True,
        "MaxRecords": 1,
        "NextToken": None,
    },
    "DescribeInstanceRefreshes": {"AutoScalingGroupName": "web", "InstanceRefreshIds": [REFRESH], "MaxRecords": 1, "NextToken": None},
    "DescribeLifecycleHooks": {"AutoScalingGroupName": "web", "LifecycleHookNames": ["drain"]},
}

ELBV2 = {
    "DescribeTargetGroupAttributes": {"TargetGroupArn": TARGET_GROUP},
    "DescribeTargetHealth": {
        "TargetGroupArn": TARGET_GROUP,
        "Targets": [{"Id": TARGET, "Port": 80, "AvailabilityZone": "all", "QuicServerId": "0x01"}],
        "Include": ["All"],
    },
    "DescribeTargetGroups": {"LoadBalancerArn": BALANCER, "TargetGroupArns": [TARGET_GROUP], "Names": ["web"], "Marker": None, "PageSize": 1},
}

ECS = {
    "ListClusters": {"maxResults": 1, "nextToken": None},
    "DescribeClusters": {"clusters": ["default", "nothing"], "include": ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"]},
    "DescribeServices": {"cluster": "default", "services": ["web", "nothing"], "include": ["TAGS"]},
    "ListTasks": {
        "cluster": "default",
        "containerInstance": "ci1",
        "family": "web",
        "serviceName": "web",
        "desiredStatus": "RUNNING",
        "launchType": "EC2",
        "maxResults": 1,
        "nextToken": None,
    },
    "DescribeTasks": {"cluster": "default", "tasks": ["t1", "nothing"], "include": ["TAGS"]},
    "ListContainerInstances": {"cluster": "default", "filter": f"ec2InstanceId == '{TARGET}'", "status": "ACTIVE", "maxResults": 1, "nextToken": None},
    "DescribeContainerInstances": {"cluster": "default", "containerInstances": ["ci1"], "include": ["TAGS", "CONTAINER_INSTANCE_HEALTH"]},
}

CLOUDWATCH = {
    "DescribeAlarms": {
        "AlarmNames": ["errors", "any", "log"],
        "AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"],
        "StateValue": "OK",
        "MaxRecords": 3,
        "NextToken": None,
    },
}

# By the names that botocore has for the services.
BASES = {
    "fis": FIS,
    "iam": IAM,
    "sts": STS,
    "ec2": EC2,
    "autoscaling": AUTOSCALING,
    "elbv2": ELBV2,
    "ecs": ECS,
    "cloudwatch": CLOUDWATCH,
}

# Asked in another way than with the rest of their base, for AWS refuses the two together.
APART = {
    ("ec2", "DescribeInstances"): {"InstanceIds": [TARGET]},
    ("ec2", "DescribeSpotInstanceRequests"): {"SpotInstanceRequestIds": [REQUEST]},
    ("ec2", "DescribeInstanceStatus"): {"InstanceIds": [TARGET]},
    ("cloudwatch", "DescribeAlarms"): {"AlarmNamePrefix": "err"},
}

# Optional by the model, but the rest of the request refers to it.
TOGETHER = {("fis", "CreateExperimentTemplate"): ["targets"]}

# What the models call invalid and the simulator takes all the same, with the reason.
LENIENT = {
    ("ec2", "Monitoring.Enabled left out"): "the query protocol cannot write a structure without members",
    ("iam", "TagKeys too short"): "an empty text in a list is written as an empty list is",
}

# Members of the models that the simulator refuses or leaves aside, with the reason.
MEANT = {
    ("ec2", "*", "DryRun"): "asked on its own: it turns every success into DryRunOperation",
    ("ec2", "RunInstances", "*"): "refused: what shapes the machine itself, and nothing boots in the simulator",
    ("ec2", "StartInstances", "AdditionalInfo"): "reserved by AWS",
    ("sts", "AssumeRole", "SerialNumber"): "refused: there are no MFA devices",
    ("sts", "AssumeRole", "TokenCode"): "refused: there are no MFA devices",
    ("sts", "AssumeRole", "ProvidedContexts"): "refused: there are no trusted token issuers",
    ("sts", "*", "MinimumSessionTokenSize"): "refused: tokens have one size",
    ("autoscaling", "DescribeScalingActivities", "Filters"): "refused: every filter of it is one that the simulator has not",
    ("ecs", "ListTasks", "startedBy"): "refused by name",
    ("ecs", "ListTasks", "daemonName"): "refused by name",
    ("cloudwatch", "DescribeAlarms", "ChildrenOfAlarmName"): "refused by name",
    ("cloudwatch", "DescribeAlarms", "ParentsOfAlarmName"): "refused by name",
    ("cloudwatch", "DescribeAlarms", "ActionPrefix"): "refused by name",
    ("iam", "SimulatePrincipalPolicy", "PolicyExclusionList"): "refused: all policies of the role are simulated",
    ("iam", "SimulatePrincipalPolicy", "PolicyInputList"): "refused: only the policies that the role has are simulated",
    ("iam", "SimulatePrincipalPolicy", "PermissionsBoundaryPolicyInputList"): "refused: the simulator has no boundaries that deny",
    ("iam", "SimulatePrincipalPolicy", "ResourcePolicy"): "refused: the simulator has no resource policies",
    ("iam", "SimulatePrincipalPolicy", "ResourceOwner"): "refused: there is one account",
    ("iam", "SimulatePrincipalPolicy", "CallerArn"): "refused: the source of the policies is the caller",
    ("iam", "SimulatePrincipalPolicy", "ResourceHandlingOption"): "refused: nothing is launched",
    ("iam", "CreateServiceLinkedRole", "CustomSuffix"): "FIS allows none, so AWS refuses it",
}
