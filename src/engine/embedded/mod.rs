//! The images that live inside the program.
