// The storage provisioner that kind's default storage class uses. A module of its own: its logging import collides with
// the others'.
module redis-e2e/images/local-path-provisioner

go 1.26.0

tool github.com/rancher/local-path-provisioner

require github.com/rancher/local-path-provisioner v0.0.30
