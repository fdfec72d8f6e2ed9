"""A poll in a lecture hall: everybody votes once, everybody sees the bars grow."""

from flask import Flask, render_template_string, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.config["SECRET_KEY"] = "vote"
socketio = SocketIO(app)

question = "Which one is easiest to read?"
votes = {"Python": 0, "JavaScript": 0, "Perl": 0}
voters = set()

# %%
PAGE = """
<h1>{{ question }}</h1>
{% for name, number in votes.items() %}<button data-name="{{ name }}">{{ name }}: {{ number }}</button>
{% endfor %}
"""


@app.route("/")
def show_poll():
    return render_template_string(PAGE, question=question, votes=votes)


@app.route("/results.json")
def results():
    return {"question": question, "votes": votes, "voters": len(voters)}


# %%
@socketio.on("connect")
def show_votes():
    emit("votes", votes)


@socketio.on("vote")
def vote(name):
    if request.sid in voters:
        emit("error message", "You have voted.")
    elif name not in votes:
        emit("error message", f"There is no {name}.")
    else:
        voters.add(request.sid)
        votes[name] += 1
        emit("votes", votes, broadcast=True)


# %%
if __name__ == "__main__":
    socketio.run(app, debug=True)
