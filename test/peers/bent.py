"""Proves that `shapes` sees what it is there to see: answers that fit, bent in one place each, must not fit any more."""

import json

import botocore.session
from shapes import check_answer

SESSION = botocore.session.get_session()
JSON = {"Content-Type": "application/json"}
EXPERIMENT = {
    "id": "EXPabcdefghijklmno",
    "state": {"status": "running", "reason": "Experiment is running."},
    "targets": {"spot": {"resourceType": "aws:ec2:spot-instance", "resourceArns": ["arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0"]}},
    "startTime": 1767225600.5,
    "targetAccountConfigurationsCount": 0,
    "tags": {"team": "sre"},
}
ROLE = (
    '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><Path>/</Path><RoleName>r</RoleName>'
    "<RoleId>AROA1234567890123456</RoleId><Arn>arn:aws:iam::123456789012:role/r</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>"
    "</Role></GetRoleResult><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetRoleResponse>"
)
INSTANCES = (
    '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>x</requestId><reservationSet><item>'
    "<instancesSet><item><instanceState><code>16</code><name>running</name></instanceState></item></instancesSet></item></reservationSet>"
    "</DescribeInstancesResponse>"
)


def operation(service, name):
    return SESSION.get_service_model(service).operation_model(name)


def experiment(**changes):
    return json.dumps({"experiment": {**EXPERIMENT, **changes}})


def fis_error(code):
    return {**JSON, "x-amzn-ErrorType": code}, json.dumps({"message": "why"})


GET, START, WHO, SEE = operation("fis", "GetExperiment"), operation("fis", "StartExperiment"), operation("iam", "GetRole"), operation("ec2", "DescribeInstances")

SERVICES = operation("ecs", "DescribeServices")
JSON11 = {"Content-Type": "application/x-amz-json-1.1"}
SERVICE = {"services": [{"serviceName": "web", "runningCount": 1, "createdAt": 1767225600.5}], "failures": []}


def services(**changes):
    return json.dumps({**SERVICE, "services": [{**SERVICE["services"][0], **changes}]})


def ecs_error(code):
    return json.dumps({"__type": code, "message": "why"})


FITTING = [
    (SERVICES, 200, JSON11, services()),
    (SERVICES, 400, JSON11, ecs_error("ClusterNotFoundException")),
    (GET, 200, JSON, experiment()),
    (WHO, 200, {}, ROLE),
    (SEE, 200, {}, INSTANCES),
    (GET, 404, *fis_error("ResourceNotFoundException")),
    (START, 402, *fis_error("ServiceQuotaExceededException")),
]
BENT = {
    "the content type of another JSON": (SERVICES, 200, JSON, services()),
    "a count as text": (SERVICES, 200, JSON11, services(runningCount="1")),
    "a launch type that the model has not": (SERVICES, 200, JSON11, services(launchType="SPOT")),
    "an error that ECS has not": (SERVICES, 400, JSON11, ecs_error("NoSuchCluster")),
    "a member that the model has not": (GET, 200, JSON, experiment(status="running")),
    "a state that the model has not": (GET, 200, JSON, experiment(state={"status": "done"})),
    "a time as text": (GET, 200, JSON, experiment(startTime="2026-01-01T00:00:00Z")),
    "a number as text": (GET, 200, JSON, experiment(targetAccountConfigurationsCount="0")),
    "a list as a map": (GET, 200, JSON, experiment(stopConditions={})),
    "an ARN that is too short": (GET, 200, JSON, experiment(targets={"spot": {"resourceArns": ["arn:short"]}})),
    "another HTTP code": (GET, 201, JSON, experiment()),
    "another content type": (GET, 200, {"Content-Type": "text/html"}, experiment()),
    "an error with another HTTP code": (GET, 400, *fis_error("ResourceNotFoundException")),
    "an error that the operation has not": (GET, 402, *fis_error("ServiceQuotaExceededException")),
    "an error without a code": (GET, 400, JSON, json.dumps({"message": "why"})),
    "half an answer": (GET, 200, JSON, experiment()[:40]),
    "a required field left out": (WHO, 200, {}, ROLE.replace("<RoleId>AROA1234567890123456</RoleId>", "")),
    "a time of another form": (WHO, 200, {}, ROLE.replace("2026-01-01T00:00:00Z", "1767225600")),
    "another namespace": (WHO, 200, {}, ROLE.replace("2010-05-08", "2012-10-17")),
    "a list under another name": (SEE, 200, {}, INSTANCES.replace("item>", "member>")),
    "no request id": (SEE, 200, {}, INSTANCES.replace("<requestId>x</requestId>", "")),
    "a number that is none": (SEE, 200, {}, INSTANCES.replace("16", "sixteen")),
}

problems = [f"fits, and is said not to: {fault}" for answer in FITTING for fault in check_answer(*answer)]
problems += [f"{what} was not seen" for what, answer in BENT.items() if not check_answer(*answer)]
print(json.dumps({"problems": problems, "counts": {"bent": len(BENT)}}))
