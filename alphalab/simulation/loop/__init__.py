"""The one loop: a block of runs, all steps; how it lies in memory and how it is made fast.

block     the loop             step      one step, plainly          endings, records   what is judged and kept
layout    blocks in cache      tape      a step written down        program            bound to memory
replay    a tape replayed      lone      one run alone              scanned            one compiled scan (jax)
chunks    one step of a long vector, in threads: `take_step`
"""
