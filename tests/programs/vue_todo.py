"""A to-do list: Vue in the page, a JSON API behind it, and a socket that keeps all pages alike."""

from flask import Flask, jsonify, request
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, cors_allowed_origins="*")
todos = []

# %%
PAGE = """<!doctype html>
<div id="app">
  <h1>{{ open }} to do</h1>
  <form @submit.prevent="add"><input v-model="title"></form>
  <ul><li v-for="todo in todos" :key="todo.id" @click="toggle(todo)">{{ todo.done ? "x" : "-" }} {{ todo.title }}</li></ul>
</div>
<script src="https://unpkg.com/vue@3/dist/vue.global.prod.js"></script>
<script src="https://cdn.socket.io/4.7.2/socket.io.min.js"></script>
<script>
Vue.createApp({
  data: () => ({title: "", todos: []}),
  computed: {open() { return this.todos.filter((todo) => !todo.done).length }},
  async mounted() {
    this.todos = await (await fetch("/api/todos")).json();
    io().on("todos", (todos) => { this.todos = todos });
  },
  methods: {
    post(path, body) { return fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body}) },
    add() { this.post("/api/todos", JSON.stringify({title: this.title})); this.title = "" },
    toggle(todo) { this.post(`/api/todos/${todo.id}/toggle`, "{}") },
  },
}).mount("#app")
</script>
"""


@app.get("/")
def index():
    return PAGE  # as it is: its braces are meant for Vue, not for Jinja


# %%
@app.route("/api/todos", methods=["GET"])
def list_todos():
    return jsonify(todos)


@app.route("/api/todos", methods=["POST"])
def add_todo():
    todo = {"id": len(todos) + 1, "title": request.json["title"], "done": False}
    todos.append(todo)
    socketio.emit("todos", todos)
    return jsonify(todo), 201


@app.route("/api/todos/<int:number>/toggle", methods=["POST"])
def toggle_todo(number):
    todo = next((todo for todo in todos if todo["id"] == number), None)
    if todo is None:
        return jsonify({"error": f"no to-do {number}"}), 404
    todo["done"] = not todo["done"]
    socketio.emit("todos", todos)
    return jsonify(todo)


@app.errorhandler(404)
def not_found(error):
    return jsonify({"error": "not found"}), 404


# %%
@socketio.on("clear done")
def clear_done():
    todos[:] = [todo for todo in todos if not todo["done"]]
    socketio.emit("todos", todos)
    return {"left": len(todos)}


# %%
if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", debug=True)
