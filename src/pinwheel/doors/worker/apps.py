from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "pinwheel.doors.worker"
    label = "worker"
