"""What every section of a plan is: a frozen record without unknown keys."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer, model_validator


class Part(BaseModel):
    """A section: frozen, no unknown keys; a known key with null counts as left out.

    Class attributes:
        later: keys that are known but not built yet.
        added: fields that came after the first plans were published; they stand in the canonical text
            only where they are on, so that the hash of a plan that does not use them never changes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    later: ClassVar[tuple[str, ...]] = ()
    added: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def leave_out_null(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        known = {*cls.model_fields, *cls.later}
        return {key: value for key, value in data.items() if value is not None or key not in known}

    @model_serializer(mode="wrap")
    def leave_out_what_is_off(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {key: value for key, value in written.items() if value is not None or key not in self.added}
