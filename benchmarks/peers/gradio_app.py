import gradio as gr


def increment(count):
    return count + 1, f"count: {count + 1}"


with gr.Blocks() as page:
    count = gr.State(0)
    button = gr.Button("Increment")
    shown = gr.Markdown("count: 0")
    button.click(increment, [count], [count, shown], show_progress="hidden")

page.launch()
