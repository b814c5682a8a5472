"""Pages of an app: the tree of components, its operations, files and versions."""
