"""What screens and mails say of animation’s facts."""
