package topology

import (
	"fmt"
	"net"
	"slices"
	"strconv"

	"redis-e2e/internal/pki"
)

// Hosts are the full names of every Service of the release and of every server pod.
func (d *Deployment) Hosts() []string {
	var hosts []string
	for _, service := range d.Dialect.Services() {
		hosts = append(hosts, d.service(service))
	}
	for _, pod := range d.Dialect.Servers() {
		host, _, _ := net.SplitHostPort(d.address(string(pod), redisPort))
		hosts = append(hosts, host)
	}
	return hosts
}

func (d *Deployment) service(name string) string {
	return fmt.Sprintf("%s.%s.svc.cluster.local", name, d.Namespace)
}

// Doors are the addresses that clients of the release dial: each Service's but the headless one's, each server's, each Sentinel's.
func (d *Deployment) Doors() []string {
	var doors []string
	port := strconv.Itoa(redisPort)
	watch, watched := d.Dialect.Sentinel()
	for _, service := range d.Dialect.Services() {
		if service == d.Dialect.HeadlessService() {
			continue
		}
		doors = append(doors, net.JoinHostPort(d.service(service), port))
		if watched {
			doors = append(doors, net.JoinHostPort(d.service(service), strconv.Itoa(watch.Port)))
		}
	}
	for _, pod := range d.Dialect.Servers() {
		doors = append(doors, d.address(string(pod), redisPort))
		if watched {
			doors = append(doors, d.address(string(pod), watch.Port))
		}
	}
	return doors
}

// Exporters are the addresses of the exporters: by their Service, then by each server pod; none without metrics.
func (d *Deployment) Exporters() []string {
	metrics, on := d.Dialect.Metrics()
	if !on {
		return nil
	}
	all := []string{net.JoinHostPort(d.service(metrics.Service), strconv.Itoa(metrics.Port))}
	for _, pod := range d.Dialect.Servers() {
		all = append(all, d.address(string(pod), metrics.Port))
	}
	return all
}

// Request is the certificate that the servers of the release should show.
func (d *Deployment) Request() pki.Request {
	r := pki.Request{Name: d.Dialect.Fullname(), Hosts: slices.Concat(d.Hosts(), []string{"localhost", "127.0.0.1"})}
	if d.Identity != nil && d.Identity.Change != nil {
		d.Identity.Change(&r)
	}
	return r
}
