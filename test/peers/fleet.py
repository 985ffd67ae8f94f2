"""Watches a fleet of the simulator through an interruption, as a person does with boto3: `python fleet.py URL SPEED`; one line of JSON at the end.

A group without Capacity Rebalancing loses a member, sees it late and replaces it; its target group and its ECS cluster follow. Every answer
is walked by `shapes`, in every state that the fleet passes through, and boto3's waiters come to their end.
"""

import json
import sys
import time
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError
from bases import ACCOUNT, INTERRUPTION, POLICY, REGION, instance_arn
from shapes import check_answer

IDS = [f"i-0000000000000000{letter}" for letter in "abc"]
TARGET_GROUP = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/web/0123456789abcdef"
SEED = {
    "instances": [{"id": one, "region": REGION} for one in IDS],
    "autoScalingGroups": [
        {
            "name": "web",
            "region": REGION,
            "members": [{"id": one, "weightedCapacity": "1"} for one in IDS],
            "targetGroupArns": [TARGET_GROUP],
            "hooks": [{"name": "drain", "transition": "terminating", "completedAfterSeconds": 30}, {"name": "boot", "transition": "launching", "completedAfterSeconds": 20}],
            "launchFailures": [{"untilSeconds": 250}],
        }
    ],
    "targetGroups": [{"name": "web", "region": REGION, "targets": [{"id": one} for one in IDS], "deregistrationDelaySeconds": 30}],
    "clusters": [
        {
            "region": REGION,
            "autoScalingGroups": ["web"],
            "tasksPerInstance": 2,
            "services": [{"name": "web", "desiredCount": 3}],
            "containerInstances": [{"id": f"host{n}", "instanceId": one, "spotDraining": n == 0} for n, one in enumerate(IDS)],
            "tasks": [{"id": f"task{n}", "service": "web", "containerInstance": f"host{n}"} for n in range(3)],
        }
    ],
    "roles": [{"name": "experiment", "policies": {"inline": POLICY}}],
}
# What is to be seen on the way, each by the call that shows it.
WANTED = {
    "group": {"InService", "Terminating", "Terminating:Wait", "Pending", "Pending:Wait", "Unhealthy"},
    "activity": {"InProgress", "Failed", "Successful", "MidLifecycleAction", "WaitingForELBConnectionDraining"},
    "target": {"healthy", "draining", "initial"},
    "task": {"RUNNING", "DEACTIVATING", "STOPPED", "PENDING"},
    "host": {"ACTIVE", "DRAINING"},
}


class Watch:
    def __init__(self, url):
        self.problems = []
        self.calls = 0
        self.seen = {name: set() for name in WANTED}
        session = boto3.Session("AKIDFLEET", "fleet", region_name=REGION)
        config = Config(retries={"total_max_attempts": 1})
        names = ("fis", "ec2", "autoscaling", "elbv2", "ecs")
        self.fis, self.ec2, self.autoscaling, self.elbv2, self.ecs = (session.client(name, endpoint_url=url, config=config) for name in names)
        for client in (self.fis, self.ec2, self.autoscaling, self.elbv2, self.ecs):
            client.meta.events.register("before-parse.*", self._check)

    def _check(self, operation_model, response_dict, **_):
        self.calls += 1
        self.problems += check_answer(operation_model, response_dict["status_code"], response_dict["headers"], response_dict["body"])

    def look(self):
        members = self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"][0]["Instances"]
        self.seen["group"] |= {one["LifecycleState"] for one in members} | {one["HealthStatus"] for one in members}
        self.autoscaling.describe_auto_scaling_instances()
        self.seen["activity"] |= {one["StatusCode"] for one in self.autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]}
        health = self.elbv2.describe_target_health(TargetGroupArn=TARGET_GROUP)["TargetHealthDescriptions"]
        self.seen["target"] |= {one["TargetHealth"]["State"] for one in health}
        tasks = [arn for status in ("RUNNING", "STOPPED") for arn in self.ecs.list_tasks(desiredStatus=status)["taskArns"]]
        self.seen["task"] |= {one["lastStatus"] for one in self.ecs.describe_tasks(tasks=tasks)["tasks"]}
        hosts = self.ecs.list_container_instances()["containerInstanceArns"]
        self.seen["host"] |= {one["status"] for one in self.ecs.describe_container_instances(containerInstances=hosts)["containerInstances"]}
        self.ecs.describe_services(services=["web"])
        self.ec2.describe_instances()
        self.ec2.describe_spot_instance_requests()
        return members


def start(watch):
    target = {"resourceType": "aws:ec2:spot-instance", "resourceArns": [instance_arn(IDS[0])], "selectionMode": "ALL"}
    action = {"actionId": INTERRUPTION, "parameters": {"durationBeforeInterruption": "PT2M"}, "targets": {"SpotInstances": "spot"}}
    made = watch.fis.create_experiment_template(
        description="a fleet", stopConditions=[{"source": "none"}], targets={"spot": target}, actions={"cut": action}, roleArn=f"arn:aws:iam::{ACCOUNT}:role/experiment"
    )["experimentTemplate"]
    watch.fis.start_experiment(experimentTemplateId=made["id"])
    watch.fis.delete_experiment_template(id=made["id"])


def main(url, speed):
    request = urllib.request.Request(f"{url}/_simulator/seed", json.dumps(SEED).encode(), method="PUT")
    urllib.request.urlopen(request).read()
    watch = Watch(url)
    start(watch)
    until = time.monotonic() + 420 / speed
    while time.monotonic() < until:
        members = watch.look()
        time.sleep(2 / speed)
    new = [one["InstanceId"] for one in members if one["InstanceId"] not in IDS]
    if len(members) != 3 or len(new) != 1:
        watch.problems.append(f"the group has {members}")
    try:
        watch.elbv2.get_waiter("target_in_service").wait(TargetGroupArn=TARGET_GROUP, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
        watch.ecs.get_waiter("services_stable").wait(cluster="default", services=["web"], WaiterConfig={"Delay": 1, "MaxAttempts": 10})
        watch.ec2.get_waiter("instance_running").wait(InstanceIds=new, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    except (ClientError, WaiterError) as error:
        watch.problems.append(f"a waiter broke off: {error}")
    for name, wanted in WANTED.items():
        if missing := wanted - watch.seen[name]:
            watch.problems.append(f"{name}: never seen: {sorted(missing)}")
    print(json.dumps({"problems": watch.problems, "calls": watch.calls}))


main(sys.argv[1], float(sys.argv[2]))
