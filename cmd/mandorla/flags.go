package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Flags that several commands have.

func dirFlag() cli.Flag {
	return &cli.StringFlag{Name: "dir", Value: ".", EnvVars: []string{"MANDORLA_DIR"}, Usage: "the node's `FOLDER`"}
}

func agreementFlag() cli.Flag {
	return &cli.StringFlag{Name: "agreement", EnvVars: []string{"MANDORLA_AGREEMENT"}, Usage: "the signed agreement's `FILE`"}
}

func columnsFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "columns", EnvVars: []string{"MANDORLA_COLUMNS"},
		Usage: "own `COLUMNS` to stand beside the row number, where the agreement allows them"}
}

func formatFlag(formats ...string) cli.Flag {
	return &cli.StringFlag{Name: "format", Value: formats[0], EnvVars: []string{"MANDORLA_FORMAT"},
		Usage: "one of " + strings.Join(formats, ", ")}
}

func logFlag() cli.Flag {
	return &cli.StringFlag{Name: "log", Value: "text", EnvVars: []string{"MANDORLA_LOG"}, Usage: "how logs on stderr look: text or json"}
}

// oneOf refuses a flag's value that is not in the list.
func oneOf(c *cli.Context, flag string, values ...string) (string, error) {
	v := c.String(flag)
	if !slices.Contains(values, v) {
		return "", usage("--%s: %q; use one of %s", flag, v, strings.Join(values, ", "))
	}
	return v, nil
}

// required is a flag that has to be given.
func required(c *cli.Context, flag string) (string, error) {
	v := c.String(flag)
	if v == "" {
		return "", usage("--%s: missing; `%s --help` shows an example", flag, c.Command.HelpName)
	}
	return v, nil
}

// only refuses any other number of arguments than the names asked for.
func only(c *cli.Context, names ...string) error {
	if c.NArg() == len(names) {
		return nil
	}
	if c.NArg() < len(names) {
		return usage("%s: missing", names[c.NArg()])
	}
	return usage("%q: one argument too many", c.Args().Get(len(names)))
}

// arrange puts flags in front of arguments, for cli stops reading flags at the
// first argument and users write them anywhere.
func arrange(app *cli.App, args []string) ([]string, error) {
	out := args[:1:1]
	rest := args[1:]
	commands, flags := app.Commands, app.Flags
	for len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(rest[0]) })
		if i < 0 {
			break
		}
		out = append(out, rest[0])
		commands, flags, rest = commands[i].Subcommands, commands[i].Flags, rest[1:]
	}
	front, back, err := split(flags, rest)
	return slices.Concat(out, front, back), err
}

// split parts flags, with their values, from arguments.
func split(flags []cli.Flag, args []string) (front, back []string, err error) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			return front, append(append(back, "--"), args...), nil
		}
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			back = append(back, arg)
			continue
		}
		front = append(front, arg)
		if !takesValue(flags, arg) {
			continue
		}
		if len(args) == 0 {
			return nil, nil, usage("%s: needs a value", arg)
		}
		front, args = append(front, args[0]), args[1:]
	}
	return front, back, nil
}

// takesValue reports whether the flag's value is the next argument.
func takesValue(flags []cli.Flag, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if strings.Contains(name, "=") {
		return false
	}
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			_, boolean := f.(*cli.BoolFlag)
			return !boolean
		}
	}
	return false
}
