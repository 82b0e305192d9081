"""Our own Streamlit components, each a folder with its manifest, sources and built files."""
