// Package images answers: which images does a run need, and where do they come from?
//
// They are pulled from a registry or built here from Go modules and Debian packages, and kept in a content-addressed
// cache outside the checkout. It must not import cluster or anything above it.
package images
