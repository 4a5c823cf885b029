"""The others: the same formulas once more, by hand, as each library's users write them; one file per library.

Each `prepare(task)` gives a function of nothing that runs the task and returns a `Result`.
"""
