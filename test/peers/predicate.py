"""Reads predicates, a JSON array on stdin, with in-toto's own types, and puts each into a statement. Prints what does not fit, as JSON."""
import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement

TYPE = "https://in-toto.io/attestation/test-result/v0.1"
DIGEST = {"sha256": "0" * 64}


def find_problem(predicate):
    """Why the predicate is no test result; None where it is one. A member that the type does not have is a problem."""
    try:
        read = json_format.ParseDict(predicate, test_result_pb2.TestResult())
        if read.result not in ("PASSED", "WARNED", "FAILED"):
            return f"the result {read.result} is none"
        if len(read.configuration) == 0:
            return "there is no configuration"
        for descriptor in read.configuration:
            ResourceDescriptor.copy_from_pb(descriptor).validate()
        back = json_format.MessageToDict(read)
        # Empty lists are left out, and nothing else.
        if back != {name: value for name, value in predicate.items() if value != []}:
            return f"it reads back as {json.dumps(back)}"
        subject = ResourceDescriptor(name="ghcr.io/octo/shop", digest=DIGEST)
        Statement([subject.pb], TYPE, predicate).validate()
    except (json_format.ParseError, ValueError, KeyError) as error:
        return str(error)
    return None


json.dump([find_problem(one) for one in json.load(sys.stdin)], sys.stdout)
