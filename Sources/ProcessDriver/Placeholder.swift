// Filled in by the files of this module as they arrive.
