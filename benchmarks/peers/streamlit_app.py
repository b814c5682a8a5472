import streamlit as st

st.session_state.setdefault("count", 0)


def increment():
    st.session_state.count += 1


st.button("Increment", on_click=increment)
st.text(f"count: {st.session_state.count}")
st.text("label-v1")
