"""Web live chat: our own protocol (docs/channels.md §9). The widget and its server side are in `app.webchat`."""
