"""A kernel in front of what a notebook's front end keeps: the widget protocol, and nothing of JupyterLab."""

from __future__ import annotations

import json
import os
import queue
import time

import forked_kernels
from jupyter_client.manager import KernelManager

VIEW = "application/vnd.jupyter.widget-view+json"


class Frontend:
    """What a front end with a widget manager would hold: displays, and each widget's state."""

    def __init__(self, **more):
        self.manager = KernelManager()
        with forked_kernels.launching():
            self.manager.start_kernel(env={**os.environ, **more})
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.widgets: dict = {}
        self.traffic: list = []

    def take(self, message):
        content = message["content"]
        if message["msg_type"] == "comm_open":
            self.widgets[content["comm_id"]] = dict(content["data"]["state"])
        elif message["msg_type"] == "comm_msg" and content["data"].get("method") == "update":
            self.widgets[content["comm_id"]].update(content["data"]["state"])
        self.traffic.append(json.dumps(content, default=str))

    def run(self, code):
        """Run a cell and return its displays (MIME bundles) and its printed text."""
        displays, text = [], []

        def take(message):
            self.take(message)
            if message["msg_type"] == "display_data":
                displays.append(message["content"]["data"])
            elif message["msg_type"] == "stream":
                text.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, timeout=60, output_hook=take, allow_stdin=False)
        assert reply["content"]["status"] == "ok", self.traffic[-1]
        return displays, "".join(text)

    def named(self, kind):
        """Return id and state of the one widget of a kind."""
        [found] = self.all_named(kind)
        return found

    def all_named(self, kind):
        """Return id and state of each widget of a kind."""
        return [item for item in self.widgets.items() if item[1].get("_model_name") == kind]

    def click(self):
        """Press the card's button."""
        self._send(self.named("ButtonModel")[0], {"method": "custom", "content": {"event": "click"}})

    def labelled(self, description):
        """Return id and state of the one widget with a label."""
        [found] = [item for item in self.widgets.items() if item[1].get("description") == description]
        return found

    def choose(self, description, label):
        """Choose from a list, as a click does."""
        name, state = self.labelled(description)
        self._update(name, index=state["_options_labels"].index(label))

    def fill(self, description, value):
        """Write into a field, or tick a box."""
        self._update(self.labelled(description)[0], value=value)

    def _update(self, name, **state):
        self.widgets[name].update(state)
        self._send(name, {"method": "update", "state": state, "buffer_paths": []})

    def _send(self, name, data):
        message = self.client.session.msg("comm_msg", {"comm_id": name, "data": data})
        self.client.shell_channel.send(message)

    def until(self, true, seconds=60.0):
        """Take messages until the card is as wanted."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.widgets
            try:
                self.take(self.client.get_iopub_msg(timeout=0.5))
            except queue.Empty:
                continue

    @property
    def card(self):
        """The card's facts, as HTML."""
        return self.all_named("HTMLModel")[0][1]["value"]

    @property
    def idle(self):
        return not self.named("ButtonModel")[1]["disabled"]

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
