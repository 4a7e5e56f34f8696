"""What will happen to a ticket if nobody touches it, and what a decision leaves behind once it is carried out."""
