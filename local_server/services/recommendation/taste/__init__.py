"""What a profile would like to watch, from what the house has watched. Pure: no clock, no files.

Everything here is a function of its arguments. A model is fitted to the set of viewings that exist
now, in an order of its own, so that whoever deletes a viewing gets the model that never saw it.
"""
