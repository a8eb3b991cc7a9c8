package cluster

import (
	"reflect"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

func TestAPodThatIsNotReadySaysWhyInOneLine(t *testing.T) {
	waits := func(reason, message string) corev1.ContainerState {
		return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
	}
	ended := func(code int32, reason string) corev1.ContainerState {
		return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason}}
	}
	runs := corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	for name, c := range map[string]struct {
		status  corev1.PodStatus
		deleted bool
		want    string
	}{
		"no room": {corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{
			{Type: corev1.PodScheduled, Status: no, Message: "0/3 nodes are available: insufficient memory."}}}, false,
			"pod p: not scheduled: 0/3 nodes are available: insufficient memory."},
		"no image": {corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{Name: "redis", State: waits("ImagePullBackOff", `Back-off pulling image "x"`)}}}, false,
			`pod p: container redis waits: ImagePullBackOff Back-off pulling image "x"`},
		"starts": {corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{Name: "redis", State: waits("ContainerCreating", "")}}}, false,
			"pod p: container redis waits: ContainerCreating"},
		"crash loop": {corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{
			{Name: "redis", State: waits("CrashLoopBackOff", "back-off 10s"), LastTerminationState: ended(137, "OOMKilled")}}}, false,
			"pod p: container redis waits: CrashLoopBackOff back-off 10s; container redis ended before with exit code 137 OOMKilled"},
		"init fails": {corev1.PodStatus{
			InitContainerStatuses: []corev1.ContainerStatus{{Name: "chown", State: ended(1, "Error")}},
			ContainerStatuses:     []corev1.ContainerStatus{{Name: "redis", State: waits("PodInitializing", "")}}}, false,
			"pod p: container chown ended with exit code 1 Error; container redis waits: PodInitializing"},
		"probe fails": {corev1.PodStatus{
			InitContainerStatuses: []corev1.ContainerStatus{{Name: "chown", Ready: true, State: ended(0, "Completed")}},
			ContainerStatuses:     []corev1.ContainerStatus{{Name: "redis", State: runs, RestartCount: 2}, {Name: "exporter", State: runs, Ready: true}}}, false,
			"pod p: container redis runs but is not Ready (2 restarts)"},
		"goes away":   {corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{Name: "redis", State: runs, Ready: true}}}, true, "pod p: it is being deleted"},
		"no news yet": {corev1.PodStatus{Phase: corev1.PodPending}, false, "pod p: phase Pending"},
	} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p"}, Status: c.status}
		if c.deleted {
			pod.DeletionTimestamp = &metav1.Time{Time: time.Now()}
		}
		if got := Diagnose(pod); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTheLatestWarningsAreGivenNewestLast(t *testing.T) {
	at := func(second int64) time.Time { return time.Unix(1700000000+second, 0) }
	var objects []runtime.Object
	event := func(name string, change func(*corev1.Event)) {
		e := &corev1.Event{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "n"}, Reason: name, Message: "m"}
		change(e)
		objects = append(objects, e)
	}
	event("Scheduler", func(e *corev1.Event) { e.EventTime = metav1.NewMicroTime(at(9)) }) // the newer API leaves LastTimestamp empty
	event("Series", func(e *corev1.Event) {
		e.EventTime, e.Series = metav1.NewMicroTime(at(1)), &corev1.EventSeries{LastObservedTime: metav1.NewMicroTime(at(7))}
	})
	event("Created", func(e *corev1.Event) { e.CreationTimestamp = metav1.NewTime(at(3)) })
	for name, second := range map[string]int64{"A": 1, "B": 4, "C": 8, "D": 2} {
		event(name, func(e *corev1.Event) { e.LastTimestamp, e.Count = metav1.NewTime(at(second)), 6 })
	}
	c, _ := pretend("kind", objects...)
	got, err := c.Warnings(t.Context(), Pod{"n", "p"})
	want := []string{"event Created (1 times): m", "event B (6 times): m", "event Series (1 times): m", "event C (6 times): m", "event Scheduler (1 times): m"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}
