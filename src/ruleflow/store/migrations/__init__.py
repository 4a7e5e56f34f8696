"""How the tables of the store came to be, step by step. A step that was released is never changed."""
