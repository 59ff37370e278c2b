"""The ASGI application that granian serves: joins and live pages at once, the rest through Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinwheel.config.settings")

from pinwheel.config.wsgi import application as django_application
from pinwheel.doors.front.app import Front

application = Front(django_application)
