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
    "RunInstances": {
        "ImageId": "ami-0123456789abcdef0",
        "InstanceType": "m5.large",
        "MinCount": 1,
        "MaxCount": 2,
        "InstanceMarketOptions": {
            "MarketType": "spot",
            "SpotOptions": {"MaxPrice": "0.1", "SpotInstanceType": "persistent", "InstanceInterruptionBehavior": "stop"},
        },
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}],
        "Placement": {"AvailabilityZone": f"{REGION}a"},
        "ClientToken": "token-3",
    },
    "TerminateInstances": {"InstanceIds": [TARGET], "Force": False, "SkipOsShutdown": False},
    "StopInstances": {"InstanceIds": [PERSISTENT], "Hibernate": False, "SkipOsShutdown": False, "Force": False},
    "StartInstances": {"InstanceIds": [STOPPED]},
    "CreateTags": {"Resources": [TARGET], "Tags": [{"Key": "team", "Value": "sre"}]},
}

BASES = {"fis": FIS, "iam": IAM, "sts": {"GetCallerIdentity": {}}, "ec2": EC2}

# Asked in another way than with the rest of their base, for AWS refuses the two together.
APART = {
    ("ec2", "DescribeInstances"): {"InstanceIds": [TARGET]},
    ("ec2", "DescribeSpotInstanceRequests"): {"SpotInstanceRequestIds": [REQUEST]},
}

# Optional by the model, but the rest of the request refers to it.
TOGETHER = {("fis", "CreateExperimentTemplate"): ["targets"]}

# What the models call invalid and the simulator takes all the same, with the reason.
LENIENT = {
    ("iam", "Path too short"): "the query protocol writes an empty text as it writes an empty list, which is read as not given",
    ("iam", "PathPrefix too short"): "the same",
}

# Members of the models that the simulator refuses or leaves aside, with the reason.
MEANT = {
    ("ec2", "*", "DryRun"): "asked on its own: it turns every success into DryRunOperation",
    ("ec2", "RunInstances", "*"): "what shapes the machine itself: nothing boots in the simulator",
    ("ec2", "StartInstances", "AdditionalInfo"): "reserved by AWS",
    ("iam", "CreateServiceLinkedRole", "CustomSuffix"): "FIS allows none, so AWS refuses it",
}
