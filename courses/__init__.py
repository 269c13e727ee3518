"""What is taught: course, module, lesson and assignment pages, lesson versions, blocks, practices, loading."""
