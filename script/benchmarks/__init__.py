"""What `script/bench` measures: each figure as a ratio to another one of the same run."""
