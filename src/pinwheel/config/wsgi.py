"""The WSGI application: shop, console and API through Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinwheel.config.settings")
application = get_wsgi_application()
