"""A long job runs in the background and tells how far it is, to the one who asked for it."""

import uuid

from flask import Flask, jsonify, request
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app)
jobs = {}


# %%
def long_job(job, steps, sid):
    for step in range(1, steps + 1):
        socketio.sleep(0.01)
        jobs[job] = f"{step}/{steps}"
        socketio.emit("progress", {"job": job, "percent": 100 * step // steps}, to=sid)
    jobs[job] = "done"
    socketio.emit("finished", {"job": job}, to=sid)


# %%
@socketio.event
def start_job(data):
    job = uuid.uuid4().hex
    jobs[job] = "waiting"
    socketio.start_background_task(long_job, job, data.get("steps", 10), sid=request.sid)
    return job


@app.route("/jobs/<job>")
def status(job):
    if job not in jobs:
        return jsonify(error="no such job"), 404
    return jsonify(job=job, status=jobs[job])


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True)
