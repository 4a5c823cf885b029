"""The one loop: a block of runs, all steps; how it lies in memory and how it is made fast.

block     the loop             step      one step, plainly          endings, records   what is judged and kept
layout    blocks in cache      tape      operations written down    recorded           a step on a tape
program   bound to memory      replay    many steps, then a look    lone               one run alone
scanned   compiled (jax)       chunks    one step of a long vector, in threads: `take_step`
"""
