"""The screens of matching, by subject: request, form, service, response."""
