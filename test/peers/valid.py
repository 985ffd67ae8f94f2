"""Sends the simulator what botocore's models call valid, and what they call invalid. `python valid.py URL`; one line of JSON at the end.

Valid: each operation with its required members only, with each optional member alone, with all of them, and with text as long as the
model allows. Invalid: a required member left out, text too long, too short or of another pattern, a number out of range, a word that is none
of the enumerated. Every answer, good or bad, is walked by `shapes`. Whatever is no operation of the simulator must be refused as unknown.
"""

import copy
import json
import sys
import urllib.request

import botocore.session
from bases import APART, BASES, LENIENT, MEANT, REGION, SEED, TOGETHER
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from shapes import check_answer, matches

# Text that means nothing to AWS, so that it may be as long as the model says.
FREE = {
    "fis:CreateExperimentTemplate": ["clientToken", "description", "tags.team", "actions.second.description"],
    "fis:StartExperiment": ["clientToken", "tags.team"],
    "fis:TagResource": ["tags.team"],
    "iam:CreateRole": ["RoleName", "Description", "Tags.0.Key", "Tags.0.Value"],
    "iam:PutRolePolicy": ["PolicyName"],
    "iam:TagRole": ["Tags.0.Key", "Tags.0.Value"],
    "sts:AssumeRole": ["RoleSessionName", "ExternalId", "SourceIdentity", "Tags.0.Key", "Tags.0.Value"],
    "sts:AssumeRoleWithWebIdentity": ["RoleSessionName", "WebIdentityToken", "ProviderId"],
    "autoscaling:DescribeAutoScalingGroups": ["AutoScalingGroupNames.0"],
    "cloudwatch:DescribeAlarms": ["AlarmNames.0"],
}
# How each service words a request that its model does not allow.
REFUSALS = {
    "fis": {"ValidationException"},
    "iam": {"ValidationError", "MalformedPolicyDocument", "MalformedPolicyDocumentException", "InvalidInput"},
    "sts": {"ValidationError"},
    "autoscaling": {"ValidationError"},
    "elbv2": {"ValidationError", "TargetGroupNotFound", "LoadBalancerNotFound"},
    "ecs": {"InvalidParameterException"},
    "cloudwatch": {"ValidationError"},
    "ec2": {"MissingParameter", "InvalidParameterValue", "InvalidParameterCombination", "InvalidInstanceID.Malformed", "InvalidID"},
}
FAULTS = {"throttle": "every", "denied": "every", "expired": "every", "5xx": "every"}


def speak_json(session):
    """CloudWatch by JSON 1.0, as the SDK for JavaScript speaks it: botocore itself would choose CBOR."""
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def load_json(service, kind, *rest, **more):
        model = load(service, kind, *rest, **more)
        if service == "cloudwatch" and kind == "service-2":
            model["metadata"].update(protocol="json", protocols=["json"])
        return model

    loader.load_service_model = load_json


class Bench:
    def __init__(self, url):
        self.url = url
        self.problems = []
        self.counts = {"valid": 0, "invalid": 0, "errors": 0, "unknown": 0}
        self.session = botocore.session.get_session()
        speak_json(self.session)
        self.session.set_credentials("AKIDMODEL", "model")
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        self.clients = {name: self.session.create_client(name, region_name=REGION, endpoint_url=url, config=config) for name in BASES}
        for client in self.clients.values():
            client.meta.events.register("before-parse.*", self._check)

    def _check(self, operation_model, response_dict, **_):
        self.problems += check_answer(operation_model, response_dict["status_code"], response_dict["headers"], response_dict["body"])

    def put(self, what, value, method="PUT"):
        data = json.dumps(value).encode()
        path = "/moto-api/reset" if what == "reset" else f"/_simulator/{what}"
        urllib.request.urlopen(urllib.request.Request(self.url + path, data=data, method=method)).read()

    def fresh(self):
        self.put("reset", {}, "POST")
        self.put("seed", SEED)

    def ask(self, service, operation, params):
        """None when it was accepted, else the error's code and message; every answer is checked on the way."""
        try:
            self.clients[service]._make_api_call(operation, params)
            return None
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"]["Message"]

    def accept(self, service, operation, params, what):
        self.fresh()
        self.counts["valid"] += 1
        refused = self.ask(service, operation, params)
        if refused is not None:
            self.problems.append(f"{service}:{operation} with {what}, valid by the model, was refused: {refused[0]}: {refused[1]}")

    def refuse(self, service, operation, params, what):
        self.fresh()
        self.counts["invalid"] += 1
        try:
            refused = self.ask(service, operation, params)
        except ParamValidationError:
            return
        if refused is None:
            self.problems.append(f"{service}:{operation} with {what}, invalid by the model, was accepted")
        elif refused[0] not in REFUSALS[service]:
            self.problems.append(f"{service}:{operation} with {what} was refused as {refused[0]}: {refused[1]}")


def clean(params):
    """None stands for a member that is held, but has no value of its own: a page's token."""
    return {name: value for name, value in params.items() if value is not None}


def play_operation(bench, service, operation, base):
    model = bench.clients[service].meta.service_model.operation_model(operation)
    shape = model.input_shape
    full = clean(base)
    if shape is None:
        bench.accept(service, operation, {}, "nothing")
        return
    required = {name: full[name] for name in [*shape.required_members, *TOGETHER.get((service, operation), [])]}
    bench.accept(service, operation, required, "its required members only")
    bench.accept(service, operation, full, "all its members")
    for name in full:
        if name not in required:
            bench.accept(service, operation, {**required, name: full[name]}, f"{name} alone")
    apart = APART.get((service, operation), {})
    if apart:
        bench.accept(service, operation, apart, f"{', '.join(apart)}")
    for path in FREE.get(f"{service}:{operation}", []):
        for length in bounds_of(shape, full, path):
            bench.accept(service, operation, with_text(full, path, length), f"{path} of {length} characters")
    check_coverage(bench, service, operation, shape, {**base, **apart})
    for what, params in spoil(shape, full):
        if (service, what) not in LENIENT:
            bench.refuse(service, operation, params, what)


def bounds_of(shape, full, path):
    leaf, _ = find_leaf(shape, full, path)
    least, most = leaf.metadata.get("min", 1), leaf.metadata.get("max", 256)
    return [max(least, 1), most]


def find_leaf(shape, value, path):
    for part in path.split("."):
        if shape.type_name == "structure":
            shape, value = shape.members[part], value[part]
        elif shape.type_name == "map":
            shape, value = shape.value, value[part]
        else:
            shape, value = shape.member, value[int(part)]
    return shape, value


def with_text(full, path, length):
    spoiled = copy.deepcopy(full)
    *way, last = path.split(".")
    holder = spoiled
    for part in way:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    holder[int(last) if isinstance(holder, list) else last] = "x" * length
    return spoiled


def check_coverage(bench, service, operation, shape, base):
    """Every member that the model has is in the base, or is meant not to be."""
    for path in missing_members(shape, base, ""):
        first = path.split(".")[0]
        meant = [(service, operation, first), (service, operation, "*"), (service, "*", first)]
        if not any(key in MEANT for key in meant):
            bench.problems.append(f"{service}:{operation} has a member {path} that is neither tried nor meant to be left out")


def missing_members(shape, value, path):
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            inner = f"{path}.{name}" if path else name
            if not isinstance(value, dict) or name not in value:
                yield inner
            elif value[name] is not None:
                yield from missing_members(member, value[name], inner)
    elif kind == "list":
        yield from least_missing([list(missing_members(shape.member, item, path)) for item in value])
    elif kind == "map":
        yield from least_missing([list(missing_members(shape.value, item, path)) for item in value.values()])


def least_missing(found):
    """What no element of a list or a map has."""
    return sorted(set.intersection(*(set(one) for one in found))) if found else []


def spoil(shape, full):
    """Every way to break one member of a valid request: what was done, and the request."""
    for path, leaf, value in leaves(shape, full, ()):
        for what, bad in spoiled_values(leaf, value):
            broken = copy.deepcopy(full)
            put(broken, path, bad)
            yield f"{'.'.join(map(str, path))} {what}", broken
    for path, name in required_paths(shape, full, ()):
        # What is part of the address cannot be left out: it is another address then. A token is filled in by botocore itself.
        member = shape.members[name] if not path else None
        if member is not None and (member.serialization.get("location") == "uri" or member.metadata.get("idempotencyToken")):
            continue
        broken = copy.deepcopy(full)
        holder = broken
        for part in path:
            holder = holder[part]
        del holder[name]
        yield f"{'.'.join(map(str, (*path, name)))} left out", broken


def leaves(shape, value, path):
    kind = shape.type_name
    if kind == "structure":
        for name, inner in value.items():
            yield from leaves(shape.members[name], inner, (*path, name))
    elif kind == "list":
        yield path, shape, value
        for index, inner in enumerate(value):
            yield from leaves(shape.member, inner, (*path, index))
    elif kind == "map":
        for name, inner in value.items():
            yield from leaves(shape.value, inner, (*path, name))
    else:
        yield path, shape, value


def spoiled_values(leaf, value):
    kind, least, most = leaf.type_name, leaf.metadata.get("min"), leaf.metadata.get("max")
    if kind in ("integer", "long"):
        if least is not None:
            yield "below its least", least - 1
        if most is not None:
            yield "above its most", most + 1
    elif kind == "list":
        if most is not None and most < 100:
            yield "with too many items", [copy.deepcopy(value[0]) for _ in range(most + 1)]
    elif kind == "string":
        address = leaf.serialization.get("location") == "uri"
        if most is not None:
            yield "too long", "x" * (most + 1)
        if least and not address:
            yield "too short", "x" * (least - 1)
        pattern = leaf.metadata.get("pattern")
        if pattern and not matches(pattern, "not so"):
            yield "of another pattern", "not so"
        if leaf.enum:
            yield "that is none of the enumerated", "nonsense"


def required_paths(shape, value, path):
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            if name in value:
                yield path, name
        for name, inner in value.items():
            yield from required_paths(shape.members[name], inner, (*path, name))
    elif kind == "list":
        for index, inner in enumerate(value):
            yield from required_paths(shape.member, inner, (*path, index))
    elif kind == "map":
        for name, inner in value.items():
            yield from required_paths(shape.value, inner, (*path, name))


def put(holder, path, value):
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value


def play_errors(bench, service, operation, base):
    """The errors that any call may get, in the words and codes of its service."""
    for fault, nth in FAULTS.items():
        bench.fresh()
        bench.put("faults", [{"fault": fault, "nth": nth}])
        bench.counts["errors"] += 1
        if bench.ask(service, operation, clean(base)) is None:
            bench.problems.append(f"{service}:{operation} was accepted under the fault {fault}")
    bench.put("faults", [])


def play_unknown(bench, service):
    """What the model has and the simulator has not is refused as unknown: nothing is held back from the checks above."""
    model = bench.clients[service].meta.service_model
    for operation in model.operation_names:
        if operation in BASES[service]:
            continue
        shape = model.operation_model(operation).input_shape
        members = shape.members.items() if shape else []
        # botocore itself wants these two: the address of a request, and where a snapshot is copied from.
        given = {name: "x" for name, member in members if member.serialization.get("location") == "uri" or name == "SourceRegion"}
        refused = send_bare(bench, service, operation, given)
        bench.counts["unknown"] += 1
        # Some operations of STS are not signed, and so belong to no service that the simulator could tell.
        if refused not in ("UnknownOperationException", "InvalidAction", "MissingAuthenticationToken"):
            bench.problems.append(f"{service}:{operation}, which has no base, was answered {refused}")


def send_bare(bench, service, operation, params):
    """Unchecked by shape: the models give such an error no place."""
    before = list(bench.problems)
    try:
        refused = bench.ask(service, operation, params)
        return refused[0] if refused else "accepted"
    finally:
        bench.problems[:] = before


def main(url):
    bench = Bench(url)
    bench.fresh()
    for service, operations in BASES.items():
        for operation, base in operations.items():
            play_operation(bench, service, operation, base)
            play_errors(bench, service, operation, base)
        play_unknown(bench, service)
    bench.put("reset", {}, "POST")
    print(json.dumps({"problems": list(dict.fromkeys(bench.problems)), "counts": bench.counts}))


main(sys.argv[1])
