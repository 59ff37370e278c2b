"""What costs tests of pages time and is not what they test: strong hashes, and looking for static files."""

from django.contrib.auth.hashers import ScryptPasswordHasher
from whitenoise.middleware import WhiteNoiseMiddleware


def quicken() -> None:
    """Passwords are hashed with few rounds, and the static files are looked for once, not by every client."""
    ScryptPasswordHasher.work_factor = 2
    look_for_files = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, object] = {}

    def find_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look_for_files(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = find_once
