// Package pki answers: which certificate does a spec's server or client show, and whom does it trust?
//
// Keys are made anew for each authority and leave this process only as the data of a Secret. It must not import any other
// package of this project.
package pki
