import os

from dash import Dash, Input, Output, State, callback, dcc, html

app = Dash(__name__, update_title=None)
app.layout = html.Div(
    [html.Button("Increment", id="button"), dcc.Store(id="count", data=0), html.P("count: 0", id="shown")]
)


@callback(
    Output("count", "data"),
    Output("shown", "children"),
    Input("button", "n_clicks"),
    State("count", "data"),
    prevent_initial_call=True,
)
def increment(_, count):
    return count + 1, f"count: {count + 1}"


app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
