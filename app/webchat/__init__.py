"""Web live chat: the server side of the widget. Visitors are strangers with a token; see docs/channels.md §9."""
