"""The console people see: Streamlit pages that talk to `app` over HTTP and read marts by SQL."""
