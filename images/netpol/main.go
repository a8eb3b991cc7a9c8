// Command netpol runs upstream's own NetworkPolicy specs against the cluster of -kubeconfig, or says with -image which image they
// deploy. It takes the flags of Kubernetes' e2e.test and those of Ginkgo.
package main

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"k8s.io/kubernetes/test/e2e/framework"
	"k8s.io/kubernetes/test/e2e/framework/config"
	_ "k8s.io/kubernetes/test/e2e/framework/debug/init" // what a failed spec's namespace holds is printed
	_ "k8s.io/kubernetes/test/e2e/framework/node/init"  // specs wait for the nodes
	_ "k8s.io/kubernetes/test/e2e/network/netpol"       // the specs
	"k8s.io/kubernetes/test/utils/image"
)

// verdict is what Ginkgo tells instead of a test.
type verdict struct{ failed bool }

func (v *verdict) Fail() { v.failed = true }

func main() {
	testing.Init() // the ginkgo command passes a test's flags
	name := flag.Bool("image", false, "print the image that the specs deploy, and end")
	config.CopyFlags(config.Flags, flag.CommandLine)
	framework.RegisterCommonFlags(flag.CommandLine)
	framework.RegisterClusterFlags(flag.CommandLine)
	flag.Parse()
	if *name {
		fmt.Println(image.GetE2EImage(image.Agnhost))
		return
	}
	framework.AfterReadingAllFlags(&framework.TestContext)
	gomega.RegisterFailHandler(framework.Fail)
	suite, reporter := framework.CreateGinkgoConfig()
	v := &verdict{}
	if !ginkgo.RunSpecs(v, "NetworkPolicy", suite, reporter) || v.failed {
		os.Exit(1)
	}
}
