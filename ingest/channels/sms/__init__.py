"""SMS through a provider that speaks the way Twilio does."""
