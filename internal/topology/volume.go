package topology

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Volume is the claim that holds a member's data; without a UID there is none.
type Volume struct {
	Claim string
	UID   string
	On    string // name of the bound PersistentVolume
}

// Volume gives the claim of a member's data. That there is none is an answer, not an error.
func (d *Deployment) Volume(ctx context.Context, m Member) (Volume, error) {
	name := d.Dialect.DataPVC(m.Pod.Name)
	pvc, err := d.Cluster.Client.CoreV1().PersistentVolumeClaims(string(d.Namespace)).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return Volume{Claim: name}, nil
	}
	if err != nil {
		return Volume{}, err
	}
	return Volume{Claim: name, UID: string(pvc.UID), On: pvc.Spec.VolumeName}, nil
}
