"""Rights of pages that belong to no list."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def needs(request: HttpRequest, permission: str) -> None:
    """Raises: PermissionDenied unless the operator has the permission."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
