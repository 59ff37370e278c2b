"""The worker process: a settler in a thread beside procrastinate's jobs, until it is told to stop."""

from procrastinate.contrib.django import app

from pinwheel.doors.worker.settler import Settler


def run_worker() -> None:
    """Settle and run jobs until SIGTERM or SIGINT; the work at hand is finished first."""
    settler = Settler()
    settler.start()
    try:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        worker_app.run_worker(
            name="pinwheel-worker",
            concurrency=6,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=20,
        )
    finally:
        settler.stop()
        settler.join(timeout=30)
