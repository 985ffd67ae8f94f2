"""Holds raw answers against botocore's own service models: members, types, required fields, patterns, lengths, error names, HTTP codes.

botocore itself is lenient: it drops what it does not know and forgives what is missing. So the raw answer is walked by its shape.
"""

import json
import re
import xml.etree.ElementTree as ET

import regex

# What any operation may answer besides what its model lists.
# https://docs.aws.amazon.com/fis/latest/APIReference/CommonErrors.html, and IAM's, STS's and EC2's own.
QUERY = {
    "AccessDenied": 403,
    "ExpiredToken": 403,
    "Throttling": 400,
    "ValidationError": 400,
    "InvalidAction": 400,
    "InternalFailure": 500,
}
JSON = {"ExpiredTokenException": 400, "ThrottlingException": 400, "UnknownOperationException": 400, "SerializationException": 400}
COMMON = {
    "fis": {
        "AccessDeniedException": 403,
        "ExpiredTokenException": 403,
        "ThrottlingException": 429,
        "InternalServerException": 500,
        "UnknownOperationException": 400,
        "SerializationException": 400,
        "ValidationException": 400,
    },
    "iam": {
        "AccessDenied": 403,
        "ExpiredToken": 403,
        "Throttling": 400,
        "ValidationError": 400,
        "InvalidAction": 400,
        "ServiceFailure": 500,
    },
    "autoscaling": QUERY,
    "elbv2": QUERY,
    "ecs": {**JSON, "AccessDeniedException": 400, "ServerException": 500, "InvalidParameterException": 400, "LimitExceededException": 400},
    "cloudwatch": {**JSON, "AccessDeniedException": 400, "InternalServiceError": 500, "ValidationError": 400, "LimitExceeded": 400},
    "sts": {
        "AccessDenied": 403,
        "ExpiredToken": 403,
        "Throttling": 400,
        "ValidationError": 400,
        "InvalidAction": 400,
        "InternalFailure": 500,
    },
}
# EC2 models no errors. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
EC2_ERRORS = {
    "DryRunOperation": 412,
    "IdempotentParameterMismatch": 400,
    "IncorrectInstanceState": 400,
    "InstanceLimitExceeded": 400,
    "InternalError": 500,
    "InvalidAction": 400,
    "InvalidID": 400,
    "InvalidInstanceID.Malformed": 400,
    "InvalidInstanceID.NotFound": 400,
    "InvalidParameterCombination": 400,
    "InvalidParameterValue": 400,
    "InvalidSpotInstanceRequestID.Malformed": 400,
    "InvalidSpotInstanceRequestID.NotFound": 400,
    "MissingParameter": 400,
    "OperationNotPermitted": 400,
    "RequestExpired": 400,
    "RequestLimitExceeded": 503,
    "TagLimitExceeded": 400,
    "UnauthorizedOperation": 403,
    "UnknownParameter": 400,
    "UnsupportedHibernationConfiguration": 400,
    "UnsupportedOperation": 400,
}


# The services that answer in JSON, and how they say so.
JSON_TYPES = {"fis": "application/json", "ecs": "application/x-amz-json-1.1", "cloudwatch": "application/x-amz-json-1.0"}
# https://docs.aws.amazon.com/general/latest/gr/rande.html: the addresses that the namespaces of the query services begin with.
NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/",
    "sts": "https://sts.amazonaws.com/doc/",
    "ec2": "http://ec2.amazonaws.com/doc/",
    "autoscaling": "http://autoscaling.amazonaws.com/doc/",
    "elbv2": "http://elasticloadbalancing.amazonaws.com/doc/",
}


def check_answer(operation, status, headers, body):
    """The faults of one answer, as sentences. `headers` are compared without case."""
    text = body.decode() if isinstance(body, bytes) else body
    lower = {name.lower(): value for name, value in headers.items()}
    service = operation.service_model.service_name
    try:
        if status >= 300:
            faults = _check_error(operation, service, status, lower, text)
        elif service in JSON_TYPES:
            faults = _check_json(operation, status, lower, text)
        else:
            faults = _check_xml(operation, service, text)
    except (ValueError, ET.ParseError) as error:
        faults = [f"cannot be parsed: {error}"]
    return [f"{service}:{operation.name} {status}: {fault}" for fault in faults]


def _check_json(operation, status, headers, text):
    wanted = operation.http.get("responseCode", 200)
    faults = [] if status == wanted else [f"the model says HTTP {wanted}"]
    if headers.get("content-type", "").split(";")[0] != JSON_TYPES[operation.service_model.service_name]:
        faults.append(f"content-type {headers.get('content-type')}")
    return faults + walk(operation.output_shape, json.loads(text), _Json, "")


def _check_xml(operation, service, text):
    root = ET.fromstring(text)
    namespace, name = _split(root.tag)
    faults = [] if name == f"{operation.name}Response" else [f"the root is {name}"]
    base = NAMESPACES[service]
    version = operation.service_model.api_version
    if namespace != f"{base}{version}/":
        faults.append(f"the namespace is {namespace}")
    shape = operation.output_shape
    children = {_split(child.tag)[1]: child for child in root}
    if service == "ec2":
        if "requestId" not in children:
            faults.append("no requestId")
        inner = [child for child in root if _split(child.tag)[1] != "requestId"]
        return faults + _walk_elements(shape, inner)
    if "ResponseMetadata" not in children:
        faults.append("no ResponseMetadata")
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    extra = set(children) - {"ResponseMetadata", wrapper}
    if extra:
        faults.append(f"unknown elements {sorted(extra)}")
    if wrapper is None:
        return faults
    if wrapper not in children:
        return [*faults, f"no {wrapper}"]
    return faults + _walk_elements(shape, list(children[wrapper]))


def _walk_elements(shape, elements):
    holder = ET.Element("holder")
    holder.extend(elements)
    if shape is None:
        return [] if not elements or (len(elements) == 1 and _split(elements[0].tag)[1] == "return") else ["the model says: no members"]
    return walk(shape, holder, _Xml, "")


def _check_error(operation, service, status, headers, text):
    code, message = read_error(service, headers, text)
    faults = [] if code else ["no error code"]
    if not message:
        faults.append(f"{code} without a message")
    modelled = {shape.name if service in ("fis", "ecs") else shape.error_code: shape for shape in operation.error_shapes}
    if code in modelled:
        wanted = modelled[code].metadata.get("error", {}).get("httpStatusCode")
        if service in JSON_TYPES:
            wanted = wanted or _trait(modelled[code])
            body = {name: value for name, value in json.loads(text).items() if name != "__type"}
            faults += walk(modelled[code], body, _Json, code)
        if wanted is not None and wanted != status:
            faults.append(f"{code} is HTTP {wanted} in the model")
        return faults
    known = EC2_ERRORS if service == "ec2" else COMMON[service]
    if code not in known:
        return [*faults, f"{code} is no error of this operation"]
    return faults if known[code] == status else [*faults, f"{code} is HTTP {known[code]}"]


def _trait(shape):
    return shape.metadata.get("error", {}).get("httpStatusCode")


def read_error(service, headers, text):
    """The code and the message of an error, as its protocol has them."""
    if service in JSON_TYPES:
        body = json.loads(text)
        code = headers.get("x-amzn-errortype", body.get("__type", ""))
        return code.split(":")[0].split("#")[-1], body.get("message", body.get("Message", ""))
    root = ET.fromstring(text)
    found = {_split(element.tag)[1]: element.text for element in root.iter()}
    return found.get("Code", ""), found.get("Message", "")


def walk(shape, value, protocol, path):
    """The faults of a value and of all that is in it."""
    if shape is None:
        return [] if value in (None, {}) else [f"{path}: the model says: no members"]
    kind = shape.type_name
    if kind == "structure":
        return _walk_structure(shape, value, protocol, path)
    if kind == "list":
        items = protocol.items(shape, value)
        if items is None:
            return [f"{path}: is no list"]
        counted = _check_length(shape, len(items), path)
        return counted + [fault for item in items for fault in walk(shape.member, item, protocol, f"{path}[]")]
    if kind == "map":
        pairs = protocol.pairs(shape, value)
        if pairs is None:
            return [f"{path}: is no map"]
        faults = _check_length(shape, len(pairs), path)
        for key, inner in pairs:
            faults += _check_text(shape.key, key, f"{path}.key") + walk(shape.value, inner, protocol, f"{path}.{key}")
        return faults
    return _walk_leaf(shape, value, protocol, path)


def _walk_structure(shape, value, protocol, path):
    members = protocol.members(shape, value)
    if members is None:
        return [f"{path}: is no structure"]
    names = {protocol.wire_name(name, member): (name, member) for name, member in shape.members.items()}
    faults = [f"{path}.{name}: the model does not know it" for name in members if name not in names]
    faults += [f"{path}.{name}: is required" for name in shape.required_members if protocol.wire_name(name, shape.members[name]) not in members]
    for wire, inner in members.items():
        if wire in names:
            name, member = names[wire]
            faults += walk(member, inner, protocol, f"{path}.{name}")
    return faults


def _walk_leaf(shape, value, protocol, path):
    kind = shape.type_name
    text = protocol.leaf(kind, value)
    if text is None:
        return [f"{path}: {value!r} is no {kind}"]
    return _check_text(shape, text, path) if kind == "string" else []


def _check_text(shape, text, path):
    faults = _check_length(shape, len(text), path)
    if shape.enum and text not in shape.enum:
        faults.append(f"{path}: {text!r} is none of the model's values")
    pattern = shape.metadata.get("pattern")
    if not text and shape.name in EMPTY_ALL_THE_SAME:
        return []
    if pattern and not matches(pattern, text):
        faults.append(f"{path}: {text!r} does not match {pattern}")
    return faults


def _check_length(shape, length, path):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and length < least:
        return [f"{path}: {length} is less than {least}"]
    if most is not None and length > most:
        return [f"{path}: {length} is more than {most}"]
    return []


# AWS answers an empty text here, whatever its own model says: a running action has the reason "".
EMPTY_ALL_THE_SAME = ("ExperimentActionStatusReason",)

# Two ways in which the models write the characters beyond the first 65,536, and which only Java reads.
BEYOND = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\u10000-\u10FFFF")


def matches(pattern, text):
    """Whole values, as the services do it; `regex`, for the models write classes of Unicode as Java does."""
    for written in BEYOND:
        pattern = pattern.replace(written, r"\U00010000-\U0010FFFF")
    return regex.fullmatch(pattern, text) is not None


class _Json:
    @staticmethod
    def wire_name(name, member):
        return member.serialization.get("name", name)

    @staticmethod
    def members(_, value):
        return value if isinstance(value, dict) else None

    @staticmethod
    def items(_, value):
        return value if isinstance(value, list) else None

    @staticmethod
    def pairs(_, value):
        return list(value.items()) if isinstance(value, dict) else None

    @staticmethod
    def leaf(kind, value):
        if kind in ("integer", "long"):
            return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
        if kind == "timestamp":
            return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        if kind in ("float", "double"):
            return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        if kind == "boolean":
            return str(value) if isinstance(value, bool) else None
        return value if isinstance(value, str) else None


class _Xml:
    @staticmethod
    def wire_name(name, member):
        if member.serialization.get("flattened"):
            return member.member.serialization.get("name", name)
        return member.serialization.get("name", name)

    @staticmethod
    def members(_, value):
        return {_split(child.tag)[1]: child for child in value}

    @staticmethod
    def items(shape, value):
        name = shape.member.serialization.get("name", "member")
        children = list(value)
        return children if all(_split(child.tag)[1] == name for child in children) else None

    @staticmethod
    def pairs(_, value):
        return [(entry.findtext("{*}key", ""), entry.find("{*}value")) for entry in value]

    @staticmethod
    def leaf(kind, value):
        text = value.text or ""
        if len(value) > 0:
            return None
        wanted = {
            "integer": r"-?\d+",
            "long": r"-?\d+",
            "boolean": r"true|false",
            "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
        }.get(kind)
        return text if wanted is None or re.fullmatch(wanted, text) else None


def _split(tag):
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name
