# SPDX-License-Identifier: Apache-2.0
"""Who may do what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ._ffi import NULL, ffi, lib, new, string, text
from ._given import c_config
from .errors import error_of

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Access", "Principal", "may"]


class Principal:
    """On whose behalf a call is made: a person or a service, with roles of the section `access`. None stands for the
    host itself.

    `id`: at most 256 bytes, not "host"; it stands in every entry that comes of the call. `roles`: 1 to 64; each is
    looked at, the first that allows decides. What cannot be is refused by the call that it is handed to.
    """

    __slots__ = ("_c", "_kept", "id", "roles")

    def __init__(self, id: str, roles: str | Iterable[str]) -> None:
        self.id = id
        self.roles = (roles,) if isinstance(roles, str) else tuple(roles)
        texts = [string(word) for word in (id, *self.roles)]
        array = ffi.new("csuccess_str[]", max(len(self.roles), 1))
        for member, (buffer, length) in zip(array, texts[1:]):
            member.ptr, member.len = buffer, length
        self._kept = (texts, array)
        self._c = new("csuccess_principal", roles=array, role_count=len(self.roles))
        self._c.id.ptr, self._c.id.len = texts[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Principal) and (self.id, self.roles) == (other.id, other.roles)

    def __hash__(self) -> int:
        return hash((self.id, self.roles))

    def __repr__(self) -> str:
        return f"Principal({self.id!r}, {self.roles!r})"

    def __reduce__(self) -> Any:
        return Principal, (self.id, self.roles)


def c_principal(principal: Principal | None) -> Any:
    """As C takes it; alive as long as the principal."""
    if principal is None:
        return NULL
    if not isinstance(principal, Principal):
        raise TypeError(f"a principal is a Principal or None, not {type(principal).__name__}")
    return principal._c


class Access(NamedTuple):
    """An answer of may()."""

    allowed: bool
    rule: str
    """What decided, such as "access.roles.csm: customer read, assigned"."""
    why: str
    """The same, and why not."""

    def __bool__(self) -> bool:
        return self.allowed


def may(
    config: Config,
    principal: Principal | None,
    resource: str,
    action: str,
    *,
    owner: str = "",
    leads: Callable[[str, str], bool] | None = None,
) -> Access:
    """Whether the principal may do this, by the roles of the configuration and the standard ones.

    `resource`: "customer", "health", "prediction", "event", "alert", "override", "consent", "task", "approval",
    "audit", "engine" or "configuration"; `action`: "read", "write", "run", "erase", "approve" or "export"; `owner`: the
    customer's success manager, empty: nobody; `leads(manager, member)`: whether one leads the other, for the scope
    "team". An unknown resource or action, or a principal that cannot be, is an Error.
    """
    from ._callbacks import Host

    host = Host()
    host.leads = leads
    ud = ffi.new_handle(host)
    texts = [string(word) for word in (resource, action, owner)]
    question = new("csuccess_access_question", principal=c_principal(principal))
    for member, (buffer, length) in zip((question.resource, question.action, question.owner), texts):
        member.ptr, member.len = buffer, length
    if leads is not None:
        question.leads, question.leads_ud = lib.python_leads, ud
    rule, err = ffi.new("csuccess_str *"), new("csuccess_error")
    result = lib.csuccess_access_check(c_config(config), question, rule, err)
    raised = host.take()
    if raised is not None:
        raise raised
    if result not in (lib.CSUCCESS_OK, lib.CSUCCESS_EDENIED):
        raise error_of(result, err)
    words = str(ffi.string(err.message), "utf-8", "replace")
    return Access(result == lib.CSUCCESS_OK, text(rule), words)
