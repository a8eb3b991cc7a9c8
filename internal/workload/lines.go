package workload

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// lineLimit is the longest line a history may have, in bytes.
const lineLimit = 1 << 20

// eachLine calls visit with every line and its number, from 1, until visit returns an error, which it passes on with that
// number. A last line without its newline was torn by a crash: it is visited with torn set.
func eachLine(r io.Reader, visit func(line []byte, torn bool) error) error {
	in := bufio.NewReaderSize(r, lineLimit)
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		torn := errors.Is(err, io.EOF)
		switch {
		case torn && len(line) == 0:
			return nil
		case torn:
		case errors.Is(err, bufio.ErrBufferFull):
			return fmt.Errorf("line %d is longer than %d bytes", n, lineLimit)
		case err != nil:
			return fmt.Errorf("line %d: %w", n, err)
		default:
			line = line[:len(line)-1]
		}
		if err := visit(line, torn); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if torn {
			return nil
		}
	}
}
