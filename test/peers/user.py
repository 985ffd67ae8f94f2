"""Uses the simulator, or moto, as a person does with boto3: `python user.py URL SPEED`; one line of JSON at the end.

Launches Spot instances, makes a role and a template, starts, watches, stops, lists by tag, pages, and makes the mistakes that people make.
Every answer is walked by `shapes`. `seen` is what came of each step, in a word: it is what the simulator and moto are compared by.
"""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError
from botocore.parsers import ResponseParserError
from bases import INTERRUPTION, POLICY, REGION, TRUST, instance_arn
from shapes import check_answer

ROLE = "user-experiment"
TAG = {"Key": "made-by", "Value": "user"}


class User:
    def __init__(self, url, speed):
        self.speed = speed
        self.problems = []
        self.seen = {}
        self.calls = 0
        session = boto3.Session("AKIDUSER", "user", region_name=REGION)
        config = Config(retries={"total_max_attempts": 1})
        self.fis, self.ec2, self.iam, self.sts = (session.client(name, endpoint_url=url, config=config) for name in ("fis", "ec2", "iam", "sts"))
        for client in (self.fis, self.ec2, self.iam, self.sts):
            client.meta.events.register("before-parse.*", self._check)

    def _check(self, operation_model, response_dict, **_):
        self.calls += 1
        self.problems += check_answer(operation_model, response_dict["status_code"], response_dict["headers"], response_dict["body"])

    def expect(self, step, value, wanted=True):
        self.seen[step] = value
        if value != wanted:
            self.problems.append(f"{step}: {value!r}, and not {wanted!r}")

    def mistake(self, step, wanted, act):
        """The code of the error that a call gives, or that it is accepted."""
        try:
            act()
            code = "accepted"
        except ClientError as error:
            code = error.response["Error"]["Code"]
        except ResponseParserError:
            code = "unreadable"
        self.expect(step, code, wanted)

    def wait(self, step, done, seconds):
        """Looks again and again until it is done, at most this long by the simulated clock."""
        until = time.monotonic() + seconds / self.speed + 2
        while not done():
            if time.monotonic() > until:
                self.expect(step, "timed out", "done")
                return
            time.sleep(0.02)
        self.expect(step, "done", "done")


def launch(user, count, market=None):
    answer = user.ec2.run_instances(
        ImageId="ami-12c6146b",
        InstanceType="m5.large",
        MinCount=count,
        MaxCount=count,
        InstanceMarketOptions=market or {"MarketType": "spot"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [TAG]}],
    )
    return [instance["InstanceId"] for instance in answer["Instances"]]


def describe(user, ids):
    answer = user.ec2.describe_instances(InstanceIds=ids)
    return [instance for reservation in answer["Reservations"] for instance in reservation["Instances"]]


def template(ids, role_arn, **more):
    return {
        "description": "as a user would",
        "stopConditions": [{"source": "none"}],
        "targets": {"spot": {"resourceType": "aws:ec2:spot-instance", "resourceArns": [instance_arn(one) for one in ids], "selectionMode": "ALL"}},
        "actions": {"interrupt": {"actionId": INTERRUPTION, "parameters": {"durationBeforeInterruption": "PT2M"}, "targets": {"SpotInstances": "spot"}}},
        "roleArn": role_arn,
        "tags": {"made-by": "user"},
        **more,
    }


def interrupt(user, role_arn):
    """From the launch to the end, and what is to be seen of it afterwards."""
    ids = launch(user, 2)
    user.ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    user.expect("spot lifecycle", {one.get("InstanceLifecycle") for one in describe(user, ids)} == {"spot"})
    made = user.fis.create_experiment_template(**template(ids, role_arn))["experimentTemplate"]
    user.expect("template id", made["id"][:3], "EXT")
    again = user.fis.get_experiment_template(id=made["id"])["experimentTemplate"]
    user.expect("template read back", {name: again[name] for name in made} == made)
    started = user.fis.start_experiment(experimentTemplateId=made["id"], tags={"made-by": "user"})["experiment"]
    user.expect("experiment id", started["id"][:3], "EXP")
    user.expect("first state", started["state"]["status"], "initiating")
    look = lambda: user.fis.get_experiment(id=started["id"])["experiment"]  # noqa: E731
    user.wait("experiment completed", lambda: look()["state"]["status"] == "completed", 180)
    # A running experiment keeps its own copy, so the template may go; here, after it.
    user.fis.delete_experiment_template(id=made["id"])
    user.expect("the experiment outlives its template", look()["experimentTemplateId"] == made["id"])
    targets = user.fis.list_experiment_resolved_targets(experimentId=started["id"])["resolvedTargets"]
    user.expect("resolved targets", sorted(next(iter(one["targetInformation"].values())) for one in targets) == sorted(map(instance_arn, ids)))
    user.wait("instances ended", lambda: all(one["State"]["Name"] == "terminated" for one in describe(user, ids)), 180)
    user.expect("whose doing", {one["StateReason"]["Code"] for one in describe(user, ids)} == {"Server.SpotInstanceTermination"})
    requests = user.ec2.describe_spot_instance_requests(Filters=[{"Name": "instance-id", "Values": ids}])["SpotInstanceRequests"]
    user.expect("Spot requests", sorted(one["Status"]["Code"] for one in requests), ["instance-terminated-by-experiment"] * 2)
    return started["id"]


def stop(user, role_arn):
    """An experiment that is stopped while it runs, and the instance afterwards."""
    ids = launch(user, 1)
    user.ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    actions = {"interrupt": {"actionId": INTERRUPTION, "parameters": {"durationBeforeInterruption": "PT15M"}, "targets": {"SpotInstances": "spot"}}}
    made = user.fis.create_experiment_template(**template(ids, role_arn, actions=actions))["experimentTemplate"]
    started = user.fis.start_experiment(experimentTemplateId=made["id"])["experiment"]
    stopped = user.fis.stop_experiment(id=started["id"])["experiment"]["state"]["status"]
    user.expect("stopping", stopped in ("stopping", "stopped"))
    user.wait("stopped", lambda: user.fis.get_experiment(id=started["id"])["experiment"]["state"]["status"] == "stopped", 120)
    user.mistake("stopping twice", "ValidationException", lambda: user.fis.stop_experiment(id=started["id"]))
    user.fis.delete_experiment_template(id=made["id"])
    user.ec2.terminate_instances(InstanceIds=ids)
    user.ec2.get_waiter("instance_terminated").wait(InstanceIds=ids, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def lists(user, role_arn):
    """By tag, and page after page: nothing twice, nothing left out."""
    ids = launch(user, 1)
    made = [user.fis.create_experiment_template(**template(ids, role_arn))["experimentTemplate"] for _ in range(5)]
    user.fis.tag_resource(resourceArn=made[0]["arn"], tags={"keep": "yes"})
    pages = list(user.fis.get_paginator("list_experiment_templates").paginate(PaginationConfig={"PageSize": 2}))
    listed = [one for page in pages for one in page["experimentTemplates"]]
    user.expect("templates by page", [one["id"] for one in listed] == [one["id"] for one in made] and len(pages) == 3)
    user.expect("by tag", [one["id"] for one in listed if one["tags"].get("keep") == "yes"] == [made[0]["id"]])
    user.expect("tags of one", user.fis.list_tags_for_resource(resourceArn=made[0]["arn"])["tags"], {"made-by": "user", "keep": "yes"})
    user.fis.untag_resource(resourceArn=made[0]["arn"], tagKeys=["keep"])
    user.expect("untagged", user.fis.list_tags_for_resource(resourceArn=made[0]["arn"])["tags"], {"made-by": "user"})
    token = "the same token"
    user.mistake("a token with a blank", "ValidationException", lambda: user.fis.create_experiment_template(clientToken=token, **template(ids, role_arn)))
    twice = [user.fis.create_experiment_template(clientToken="once", **template(ids, role_arn))["experimentTemplate"]["id"] for _ in range(2)]
    user.expect("the same token makes one", twice[0] == twice[1])
    for name in {*(one["id"] for one in made), twice[0]}:
        user.fis.delete_experiment_template(id=name)
    experiments = [one for page in user.fis.get_paginator("list_experiments").paginate(PaginationConfig={"PageSize": 1}) for one in page["experiments"]]
    user.expect("experiments by page", len({one["id"] for one in experiments}), 2)
    found = user.ec2.get_paginator("describe_instances").paginate(Filters=[{"Name": "tag:made-by", "Values": ["user"]}], PaginationConfig={"PageSize": 5})
    user.expect("instances by tag", len([1 for page in found for group in page["Reservations"] for _ in group["Instances"]]), 4)
    roles = [role["RoleName"] for page in user.iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1}) for role in page["Roles"]]
    user.expect("roles by page", sorted(roles), ["AWSServiceRoleForFIS", ROLE])
    user.ec2.terminate_instances(InstanceIds=ids)


def mistakes(user, role_arn):
    on_demand = user.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    good = template([on_demand], role_arn)
    create = user.fis.create_experiment_template
    actions = lambda **given: {"interrupt": {**good["actions"]["interrupt"], **given}}  # noqa: E731
    user.mistake("no such template", "ResourceNotFoundException", lambda: user.fis.get_experiment_template(id="EXTnothing"))
    user.mistake("no such experiment", "ResourceNotFoundException", lambda: user.fis.get_experiment(id="EXPnothing"))
    user.mistake("no such template to start", "ResourceNotFoundException", lambda: user.fis.start_experiment(experimentTemplateId="EXTnothing"))
    user.mistake("a lead of one minute", "ValidationException", lambda: create(**{**good, "actions": actions(parameters={"durationBeforeInterruption": "PT1M"})}))
    user.mistake("an unknown action", "ValidationException", lambda: create(**{**good, "actions": actions(actionId="aws:ec2:no-such-action")}))
    user.mistake("a target that is not there", "ValidationException", lambda: create(**{**good, "actions": actions(targets={"SpotInstances": "other"})}))
    six = {"spot": {**good["targets"]["spot"], "resourceArns": [instance_arn(f"i-0000000000000000{n}") for n in range(6)]}}
    user.mistake("six ARNs in a target", "ValidationException", lambda: create(**{**good, "targets": six}))
    user.mistake("no such action", "ResourceNotFoundException", lambda: user.fis.get_action(id="aws:ec2:no-such-action"))
    user.mistake("the catalogue", "accepted", lambda: user.fis.list_actions())
    made = create(**good)["experimentTemplate"]["id"]
    failed = user.fis.start_experiment(experimentTemplateId=made)["experiment"]["id"]
    user.wait("an on-demand target fails it", lambda: user.fis.get_experiment(id=failed)["experiment"]["state"]["status"] == "failed", 60)
    user.fis.delete_experiment_template(id=made)
    user.mistake("no such instance", "InvalidInstanceID.NotFound", lambda: user.ec2.describe_instances(InstanceIds=["i-0aaaaaaaaaaaaaaaa"]))
    user.mistake("no id at all", "InvalidInstanceID.Malformed", lambda: user.ec2.describe_instances(InstanceIds=["web"]))
    user.mistake("ids and a page size", "InvalidParameterCombination", lambda: user.ec2.describe_instances(InstanceIds=[on_demand], MaxResults=5))
    user.mistake("an unknown filter", "InvalidParameterValue", lambda: user.ec2.describe_instances(Filters=[{"Name": "nonsense", "Values": ["x"]}]))
    user.mistake("a dry run", "DryRunOperation", lambda: user.ec2.terminate_instances(InstanceIds=[on_demand], DryRun=True))
    spot = launch(user, 1)
    user.mistake("stopping a one-time Spot instance", "UnsupportedOperation", lambda: user.ec2.stop_instances(InstanceIds=spot))
    user.mistake("a second role of the name", "EntityAlreadyExists", lambda: user.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST)))
    user.mistake("no such role", "NoSuchEntity", lambda: user.iam.get_role(RoleName="nobody"))
    user.mistake("a role that has its policy", "DeleteConflict", lambda: user.iam.delete_role(RoleName=ROLE))
    user.mistake("a broken policy", "MalformedPolicyDocument", lambda: user.iam.put_role_policy(RoleName=ROLE, PolicyName="p", PolicyDocument="{"))


def main(url, speed):
    user = User(url, speed)
    user.expect("account", user.sts.get_caller_identity()["Account"], "123456789012")
    role = user.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=[TAG])["Role"]
    user.expect("trust policy", role["AssumeRolePolicyDocument"], TRUST)
    user.iam.put_role_policy(RoleName=ROLE, PolicyName="interrupt", PolicyDocument=json.dumps(POLICY))
    for part in (interrupt, stop, lists, mistakes):
        try:
            part(user, role["Arn"])
        except (ClientError, WaiterError, KeyError) as error:
            user.expect(part.__name__, f"broke off: {error}", "played to the end")
    user.iam.delete_role_policy(RoleName=ROLE, PolicyName="interrupt")
    user.iam.delete_role(RoleName=ROLE)
    print(json.dumps({"problems": user.problems, "seen": user.seen, "calls": user.calls}))


main(sys.argv[1], float(sys.argv[2]))
