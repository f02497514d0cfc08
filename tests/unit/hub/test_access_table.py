"""The one table of who may call what."""

from common.wire.v1 import enrollment_pb2, uplink_pb2
from hub.rpc.access import ENROLLMENT, METHODS, UPLINK, Role


def test_e04_the_table_names_exactly_the_methods_of_the_contract() -> None:
    services = [
        uplink_pb2.DESCRIPTOR.services_by_name["Uplink"],
        enrollment_pb2.DESCRIPTOR.services_by_name["Enrollment"],
    ]
    methods = {f"/{service.full_name}/{method.name}" for service in services for method in service.methods}
    assert set(METHODS) == methods
    assert {service.full_name for service in services} == {UPLINK, ENROLLMENT}


def test_e04_every_uplink_method_needs_a_node_and_every_enrollment_method_proves_for_itself() -> None:
    for method, role in METHODS.items():
        assert role is (Role.NODE if method.startswith(f"/{UPLINK}/") else Role.ANYONE)
